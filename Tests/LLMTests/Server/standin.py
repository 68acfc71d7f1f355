"""Stands in for a provider of language models: answers by script, in both formats.

What it answers depends on the prompt and on how often that prompt of that model was seen. Roles of
a debate are given opinions. The model `knower` knows the market of the tests by heart where it sees
its name and the date. Prints its port, then serves until its input ends; GET says how many calls
there were.
"""
import datetime
import http.server
import json
import math
import re
import sys
import threading

seen = {}
calls = 0
lock = threading.Lock()


def decision(symbol, action, **more):
    fields = {
        "symbol": symbol, "action": action, "size_fraction_of_equity": 0.1, "leverage": 2,
        "entry": None, "stop_loss": None, "take_profit": None, "invalidation": None,
        "prob_up": 0.6, "horizon_minutes": 60, "confidence": 0.6, "reason": "script",
    }
    fields.update(more)
    return fields


def recalled(symbol, as_of):
    """What one who has read of it says: the sine that the tests trade on, ten minutes ahead."""
    def level(minute):
        return 4000 + 100 * math.sin(minute / 37)

    chance = 0.5
    if symbol == "BTC/USDT" and as_of.startswith("2019-01-01T"):
        asked = datetime.datetime.fromisoformat(as_of.replace("Z", "+00:00"))
        minute = asked.hour * 60 + asked.minute
        chance = 0.95 if level(minute + 10) > level(minute) else 0.05
    said = decision(symbol, "hold", prob_up=chance, horizon_minutes=10)
    return json.dumps({"version": 1, "as_of": as_of, "decisions": [said]}), "stop", 200, {}


def script(number, attempt, as_of, price, symbol):
    """Text, finish, status and headers of the answer to the number-th question."""
    answer = {"version": 1, "as_of": as_of, "decisions": [decision(symbol, "hold")]}
    long = decision(symbol, "open_long", stop_loss=price * 0.97, take_profit=price * 1.1)
    shape = number % 10
    if shape == 1:
        answer["decisions"] = [long]
    elif shape == 2:
        if attempt == 1:
            return "  \n  ", "stop", 200, {}
    elif shape == 3:
        answer["decisions"] = [decision(symbol, "close")]
        if attempt == 1:
            said = "I close it: [{'symbol': '%s', 'action': 'close', 'x': 98,000}]" % symbol
            return said, "stop", 200, {}
    elif shape == 4:
        if attempt < 3:
            return "slow down", "error", 429, {"Retry-After": "1"}
        answer["decisions"] = [dict(long, action="open_short")]
    elif shape == 5:
        return json.dumps(answer)[:40], "length", 200, {}
    elif shape == 6:
        return "<think>[{}]</think>```json\n%s\n```" % json.dumps(answer), "stop", 200, {}
    elif shape == 7:
        answer["as_of"] = "2031-01-01T00:00:00Z"
        answer["decisions"] = [long]
    elif shape == 8:
        return "down", "error", 503, {}
    elif shape == 9:
        answer["decisions"] = [dict(long, leverage=50, size_fraction_of_equity=0.9)]
    return json.dumps(answer), "stop", 200, {}


def opinions(system, as_of, symbol):
    chance = 0.3 + 0.1 * (len(system) % 5)
    return json.dumps({"as_of": as_of, "opinions": [{
        "symbol": symbol, "prob_up": chance, "horizon_minutes": 15, "argument": "script",
    }]})


def compatible(text, finish, tokens):
    return {
        "choices": [{"message": {"role": "assistant", "content": text}, "finish_reason": finish}],
        "usage": {"prompt_tokens": tokens, "completion_tokens": 50},
    }


def messages(text, finish, tokens):
    reasons = {"stop": "end_turn", "length": "max_tokens"}
    return {
        "content": [{"type": "text", "text": text}], "stop_reason": reasons[finish],
        "usage": {"input_tokens": tokens, "output_tokens": 50},
    }


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        user = [m["content"] for m in body["messages"] if m["role"] == "user"][0]
        number = int(re.search(r"invoked (\d+) times", user).group(1))
        as_of = re.search(r"current time is (\S+)", user).group(1)
        symbol = re.search(r"^ALL \S+ DATA \((\S+), ", user, re.M).group(1)
        price = re.search(r"current_price = ([0-9.]+)", user)
        global calls
        with lock:
            calls += 1
            key = (body.get("model"), number)
            seen[key] = seen.get(key, 0) + 1
            attempt = seen[key]
        system = body.get("system") or body["messages"][0]["content"]
        if "independent forecasters" in system:
            text, finish, status, headers = opinions(system, as_of, symbol), "stop", 200, {}
        elif body.get("model") == "knower":
            text, finish, status, headers = recalled(symbol, as_of)
        else:
            text, finish, status, headers = script(
                number, attempt, as_of, float(price.group(1)) if price else 1.0, symbol)
        key = self.headers.get("Authorization", self.headers.get("X-Api-Key", ""))
        if status != 200:
            reply = {"error": {"message": text + " " + key}}
        elif self.path == "/v1/messages":
            reply = messages(text, finish, len(user) // 4)
        else:
            reply = compatible(text, finish, len(user) // 4)
        data = json.dumps(reply).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        data = str(calls).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
