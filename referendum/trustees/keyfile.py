"""Where trustees' programs find the key file; it lives below, because tellers' programs read the same kind of file."""

from referendum.crypto.keyfile import ITERATIONS, WrongPassphrase, read_key_file, write_key_file

__all__ = ["ITERATIONS", "WrongPassphrase", "read_key_file", "write_key_file"]
