"""Tests of {{id}}."""

import unittest

from rialto.testing import TestHost
from {{snake}} import Mine


class TheModel(unittest.TestCase):
    def test_expects_the_last_move_to_go_on(self) -> None:
        host = TestHost(Mine)
        for time, close in enumerate([100, 101, 101, 90], start=1):
            host.bar(time, close=close)
        said = [(one.time_ns, one.value) for one in host.run()]
        self.assertEqual(said, [(2, 0.52), (4, 0.48)])
