"""The one error of the XML and SOAP grammar: the request as a whole is answered with a fault."""


class WireError(Exception):
    """`code`: a ResponseCode of EWS. `line`, `position`: where in the request, from 1; 0 when not known."""

    def __init__(self, code: str, message: str, *, line: int = 0, position: int = 0) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.line = line
        self.position = position
