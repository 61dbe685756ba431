"""A threshold group made by its whole ceremony, every member's secrets at hand."""

from dataclasses import dataclass

from referendum.crypto import ceremony
from referendum.crypto.ceremony import Output, Polynomial
from referendum.crypto.group import Draw, draw_secret
from referendum.crypto.threshold import Cert, ThresholdGroup


@dataclass(frozen=True)
class MadeGroup:
    """What every member sent, and what each keeps: seed and decryption key."""

    seeds: list[str]
    certs: list[Cert]
    polynomials: list[Polynomial]
    outputs: list[Output]
    group: ThresholdGroup

    def private(self, number: int) -> int:
        """The private part of the member with this number in the group."""
        return ceremony.private_part(self.seeds[number - 1], self.outputs[number - 1].decryption_key)


def make_group(members: int, threshold: int, draw: Draw = draw_secret) -> MadeGroup:
    seeds = [ceremony.new_seed(draw) for _ in range(members)]
    certs = ceremony.check_certs([ceremony.make_cert(seed, draw).text for seed in seeds])
    polynomials = [
        ceremony.check_polynomial(certs, threshold, number, ceremony.make_polynomial(seed, certs, threshold, draw).text)
        for number, seed in enumerate(seeds, start=1)
    ]
    outputs = [
        ceremony.check_output(
            polynomials, number,
            ceremony.make_output(seed, certs, ceremony.input_of(polynomials, number), draw).text,
        )
        for number, seed in enumerate(seeds, start=1)
    ]  # fmt: skip
    return MadeGroup(
        seeds, certs, polynomials, outputs, ceremony.finished_group(certs, polynomials, outputs, threshold)
    )
