"""AutoDiscover in its five dialects: POX and mobilesync, SOAP, JSON v2, Mozilla autoconfig, Apple profiles."""
