"""SOAP 1.1 envelopes of Exchange Web Services: bytes to element trees and back."""
