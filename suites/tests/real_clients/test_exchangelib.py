"""exchangelib finds an account's EWS by AutoDiscover (SOAP), from address and password."""

from __future__ import annotations

import json
import sys
from importlib.util import find_spec
from urllib.parse import urlsplit

import pytest

from .conftest import Desk, succeeded

SCRIPT = """\
import json, sys
from exchangelib import Configuration, Credentials
from exchangelib.autodiscover import Autodiscovery, autodiscover_cache, clear_cache
from exchangelib.autodiscover.protocol import AutodiscoverProtocol

address, password, service = json.load(sys.stdin)
credentials = Credentials(address, password)
clear_cache()
# exchangelib asks port 443 of the domain only; where the server is elsewhere, that is put into its cache.
found = Configuration(service_endpoint=service, auth_type="basic", credentials=credentials)
autodiscover_cache[(address.partition("@")[2], credentials)] = AutodiscoverProtocol(found)
response, protocol = Autodiscovery(email=address, credentials=credentials).discover()
print(json.dumps([response.autodiscover_smtp_address, response.ews_url, protocol.version.api_version]))
"""


def test_autodiscover(desk: Desk) -> None:
    if find_spec("exchangelib") is None:
        pytest.skip("exchangelib is not installed: pip install exchangelib")
    https = desk.target.https
    service = f"https://{urlsplit(https.autodiscover).netloc}/autodiscover/autodiscover.svc"
    given = json.dumps([desk.account.address, desk.account.password, service])
    environment = {"REQUESTS_CA_BUNDLE": desk.ca, "PYTHONPATH": ":".join(each for each in sys.path if each)}
    done = desk.run(sys.executable, "-c", SCRIPT, text=given, environment=environment)
    succeeded(done)
    assert json.loads(done.stdout) == [desk.account.address, https.ews, "Exchange2010_SP2"]
