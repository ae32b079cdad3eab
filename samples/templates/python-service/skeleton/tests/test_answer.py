import json
import sys
import unittest
from pathlib import Path
from types import SimpleNamespace

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))
from answer import answer  # noqa: E402

ENV = {"GREETING": 'Good "day"', "SERVICE_NAME": "shop"}


def get(target):
    return answer(SimpleNamespace(method="GET", target=target), ENV).body


class AnswerTest(unittest.TestCase):
    def test_greets_and_shows_path_and_query(self):
        self.assertEqual('Good "day"\npath: /shop\nquery: a=1\n', get("/shop?a=1"))

    def test_answers_in_json(self):
        self.assertEqual(
            {"greeting": 'Good "day"', "path": "/api", "query": "x"}, json.loads(get("/api?x"))
        )
        self.assertEqual({"status": "ok", "service": "shop"}, json.loads(get("/health")))


if __name__ == "__main__":
    unittest.main()
