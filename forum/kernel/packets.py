"""What comes in on a socket is read strictly: text, of the few kinds that our pages send. Whatever else comes, broken
JSON, a binary attachment, an event without a name, ends the connection, and nothing of it is kept.

Stock Socket.IO writes a traceback for each such packet and goes on, with half of an attachment in memory; and whoever
sends too much by long polling keeps a request waiting for ever. A page of ours that was cut off connects again.
"""

from collections.abc import Callable
from typing import Any

from socketio import packet

KINDS = (packet.CONNECT, packet.DISCONNECT, packet.EVENT, packet.ACK)
OF_THE_LIBRARY = ("connect", "disconnect", "connect_error")  # names of what happens to a socket, nobody sends them


class Malformed(Exception):
    """A packet that no page of ours sends."""


class StrictPacket(packet.Packet):  # type: ignore[misc]
    """A Socket.IO packet that is well formed or is none."""

    def decode(self, encoded_packet: str) -> int:
        try:
            attachments = super().decode(encoded_packet)
        except (ValueError, TypeError, RecursionError) as broken:
            raise Malformed from broken
        if attachments or self.packet_type not in KINDS or not self._is_sound():
            raise Malformed
        return 0

    def _is_sound(self) -> bool:
        if self.packet_type == packet.CONNECT:
            return self.data is None or isinstance(self.data, dict)
        if self.packet_type == packet.DISCONNECT:
            return True
        if not isinstance(self.data, list):
            return False
        named = bool(self.data) and isinstance(self.data[0], str) and self.data[0] not in OF_THE_LIBRARY
        return named or self.packet_type == packet.ACK


def guard(server: Any) -> None:
    """Let this server, whose packets are strict ones, hang up on whoever sends others; hanging up waits for nobody."""
    engine = server.eio
    read: Callable[[str, str], None] = engine.handlers["message"]

    def received(sid: str, data: object) -> None:
        if not data or not isinstance(data, str):
            hang_up(sid)
            return
        try:
            read(sid, data)
        except Malformed:
            hang_up(sid)

    def hang_up(sid: str) -> None:
        if sid in engine.sockets:
            engine.sockets[sid].close(wait=False, reason=engine.reason.SERVER_DISCONNECT)
            engine.sockets.pop(sid, None)

    engine.on("message", received)
    engine.disconnect = hang_up
