import json
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))
from answer import answer  # noqa: E402

ENV = {"GREETING": 'Good "day"', "SERVICE_NAME": "shop"}


class AnswerTest(unittest.TestCase):
    def test_greets_and_shows_path_and_query(self):
        self.assertEqual('Good "day"\npath: /shop\nquery: a=1\n', answer("/shop?a=1", ENV).body)

    def test_answers_in_json(self):
        self.assertEqual(
            {"greeting": 'Good "day"', "path": "/api", "query": "x"}, json.loads(answer("/api?x", ENV).body)
        )
        self.assertEqual({"status": "ok", "service": "shop"}, json.loads(answer("/health", ENV).body))


if __name__ == "__main__":
    unittest.main()
