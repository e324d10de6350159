"""What the protocols over HTTPS share: paths, sign-in by Basic, bodies with limits. No protocol of its own."""
