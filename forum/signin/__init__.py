"""Sign-in: accounts, passwords, passkeys, one-time codes, devices; tells the doors who is acting.

Tables: accounts, passkeys, recovery_codes, devices, one_time_codes. A code by mail, a code by letter, a password and a
passkey all end in `device_operations.open_device`. Answers, work and queries are the same for known and unknown
members: the request notes that somebody asked, a job decides whether there is a mail. Appointments to a question come
through the slot `signin.appointments` (member id -> list of (role, question id)). Below it: the roll.
"""
