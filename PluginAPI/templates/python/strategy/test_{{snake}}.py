"""Tests of {{id}}."""

import unittest

from rialto.testing import TestHost
from {{snake}} import Mine


class TheStrategy(unittest.TestCase):
    def test_buys_after_rises_and_sells_after_a_fall(self) -> None:
        host = TestHost(Mine, length=2)
        for time, close in enumerate([100, 101, 102, 103, 104, 90, 91], start=1):
            host.bar(time, close=close)
        said = [(one.time_ns, one.quantity) for one in host.run()]
        self.assertEqual(said, [(3, 1), (6, 0)])

    def test_does_the_same_however_the_batches_are_cut(self) -> None:
        closes = [100, 103, 104, 106, 101, 99, 102, 105, 108, 104] * 20
        runs = []
        for batch in (1, 7, 4096):
            host = TestHost(Mine)
            for time, close in enumerate(closes, start=1):
                host.bar(time, close=close)
            runs.append([(one.time_ns, one.quantity) for one in host.run(batch)])
        self.assertEqual(runs[0], runs[1])
        self.assertEqual(runs[0], runs[2])
