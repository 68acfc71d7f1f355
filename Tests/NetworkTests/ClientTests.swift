import RialtoNetwork
import RialtoValues
import Testing

@Suite struct `A request` {
    private let server: Misbehaving

    init() throws { server = try Misbehaving() }

    @Test func `is sent again after 429 when the other side said so, and counts its pauses`() throws
    {
        let request = try server.request("/limited"), clock = ManualClock()
        var client = client(server.policy(request), clock: clock, retries: 2)
        let response = try client.send(request, patience_ns: minute_ns)
        #expect(response.status == 200 && response.body == Array("attempt 3".utf8))
        #expect(clock.waits == [2_000_000_000, 2_000_000_000])
        #expect(response.latency_ns == 4_000_000_000)
    }

    @Test func `is sent at most three times, and not at all when it cannot help`() throws {
        for (path, attempts) in [("/broken", 3), ("/wrong", 1), ("/limited-long", 1)] {
            let request = try server.request(path)
            var client = client(server.policy(request), retries: 2)
            let response = try client.send(request, patience_ns: minute_ns)
            #expect(response.status >= 400, "\(path)")
            #expect(client.attempts == attempts, "\(path)")
        }
    }

    @Test func `is sent again after a cut connection, and never past its deadline`() throws {
        let request = try server.request("/cut")
        var patient = client(server.policy(request), retries: 2)
        #expect(throws: NetworkError.self) {
            try patient.send(request, patience_ns: minute_ns)
        }
        #expect(patient.attempts == 3)
        var hurried = client(server.policy(request), retries: 2)
        #expect(throws: NetworkError.self) { try hurried.send(request, patience_ns: 1000) }
        #expect(hurried.attempts == 1)
    }

    @Test func `waits for a token of the rate limit, or is given up`() throws {
        let request = try server.request("/count"), clock = ManualClock()
        let bucket = TokenBucket(capacity: 2, refill_ns: 1_000_000_000)
        var client = client(server.policy(request), clock: clock, bucket: bucket)
        for _ in 0..<4 { _ = try client.send(request, patience_ns: minute_ns) }
        #expect(clock.waits == [1_000_000_000, 1_000_000_000])
        #expect(throws: NetworkError.rateLimited) {
            try client.send(request, patience_ns: 999_999_999)
        }
    }

    @Test func `goes to nobody but those who are allowed`() throws {
        let request = try server.request("/fine")
        let policy = server.policy(request)
        var sender = client(policy)
        for (method, path) in [("POST", "/fine"), ("GET", "/fine/"), ("GET", "/count")] {
            let other = try server.request(path, method: method)
            #expect(throws: NetworkError.notAllowed(method: method, host: "127.0.0.1")) {
                try sender.send(other, patience_ns: minute_ns)
            }
        }
        var strict = policy
        strict.allowsLoopback = false
        var stricter = client(strict)
        #expect(
            throws: NetworkError.privateAddress(host: "127.0.0.1", address: "127.0.0.1")
        ) { try stricter.send(request, patience_ns: minute_ns) }
        #expect(sender.attempts == 0)
    }

    @Test func `goes nowhere when its name means a private address, or one of several does`() throws
    {
        let request = HTTPRequest(
            method: "GET", address: try WebAddress("https://api.example.com/fine"), headers: [],
            body: [])
        let places = ["93.184.216.34", "169.254.169.254"].compactMap { InternetAddress($0) }
        var client = HTTPClient(
            policy: server.policy(request), secrets: Secrets([]),
            retries: RetryRule(retriesMax: 2, pause_ms: 1, pauseMax_ms: 1),
            bucket: TokenBucket(capacity: 9, refill_ns: 1), seed: 1,
            surroundings: ManualClock().surroundings { _ in places })
        #expect(
            throws: NetworkError.privateAddress(
                host: "api.example.com", address: "169.254.169.254")
        ) { try client.send(request, patience_ns: minute_ns) }
        #expect(client.attempts == 1)
    }

    @Test func `is pinned to the addresses that were checked`() throws {
        let address = try WebAddress("http://model.invalid:\(server.port)/fine")
        let request = HTTPRequest(method: "GET", address: address, headers: [], body: [])
        let here = [InternetAddress(bytes: [127, 0, 0, 1])]
        var client = HTTPClient(
            policy: server.policy(request), secrets: Secrets([]),
            retries: RetryRule(retriesMax: 0, pause_ms: 1, pauseMax_ms: 1),
            bucket: TokenBucket(capacity: 9, refill_ns: 1), seed: 1,
            surroundings: ManualClock().surroundings { _ in here })
        #expect(try client.send(request, patience_ns: minute_ns).body == Array("fine".utf8))
    }

    @Test func `carries a secret to its own host only, and shows it nowhere`() throws {
        let value = "key-0123456789"
        let here = try Secret(name: "llm-key", value: value, hosts: ["127.0.0.1"])
        let there = try Secret(name: "other", value: value + "x", hosts: ["api.example.com"])
        func request(_ name: String) throws -> HTTPRequest {
            try server.request(
                "/echo", method: "POST",
                headers: [HTTPRequest.Header("authorization", "Bearer {{\(name)}}")],
                body: Array("body {{llm-key}}".utf8))
        }
        let first = try request("llm-key")
        var client = client(server.policy(first), secrets: [here, there])
        let echoed = try client.send(first, patience_ns: minute_ns)
        let text = String(decoding: echoed.body, as: UTF8.self)
        #expect(text.contains("Bearer {{llm-key}}") && !text.contains(value))
        #expect(text.hasSuffix("body {{llm-key}}"))
        for name in ["other", "none"] {
            #expect(throws: NetworkError.secret(name: name, host: "127.0.0.1")) {
                try client.send(try request(name), patience_ns: minute_ns)
            }
        }
        #expect(!"\(here) \(String(reflecting: here))".contains("0123"))
        var dumped = ""
        dump(client, to: &dumped)
        #expect(!dumped.contains("0123456789"))
        #expect(throws: NetworkError.self) { try Secret(name: "a", value: "short", hosts: []) }
    }

    @Test func `is refused with headers that are not its own to set`() throws {
        for (name, value) in [
            ("Host", "a"), ("content-length", "5"), ("x a", "b"), ("x", "a\r\nb: c"), ("", "a"),
        ] {
            let request = try server.request(
                "/fine", headers: [HTTPRequest.Header(name, value)])
            var client = client(server.policy(request))
            #expect(throws: NetworkError.self, "\(name)") {
                try client.send(request, patience_ns: minute_ns)
            }
        }
    }
}

@Suite struct `A web address` {
    @Test(arguments: [
        ("https://a.example", "https://a.example/"),
        (
            "https://A.Example:443/x?y=1",
            "https://a.example/x?y=1"
        ), ("http://[::1]:8080/v1", "http://[::1]:8080/v1"),
    ])
    func `has one spelling`(text: String, plain: String) throws {
        #expect(try WebAddress(text).text == plain)
    }

    @Test(arguments: [
        "", "ftp://a/", "https:///x", "https://u@a/", "https://u:p@a/", "https://a:0/",
        "https://a:65536/", "https://a:b/", "https://a/x y", "https://a/\n", "https://a#f",
        "https://a/#f", "https://a/../b", "https://a/%2e%2E/b", "https://a\\b/", "https://[::1",
        "https://[::1]x/", "https://a b/", "//a/", "https://a/\u{E9}",
    ])
    func `is refused when it may mean two things`(text: String) {
        #expect(throws: NetworkError.self) { try WebAddress(text) }
    }
}

@Suite struct `An internet address` {
    @Test(arguments: [
        "10.1.2.3", "127.0.0.1", "0.0.0.0", "100.64.0.1", "169.254.169.254", "172.31.0.1",
        "192.168.1.1", "198.18.0.1", "224.0.0.1", "255.255.255.255", "192.0.2.1", "203.0.113.9",
        "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:10.0.0.1", "64:ff9b::7f00:1",
        "2002:7f00:1::", "2001:db8::1", "2001::1", "::127.0.0.1", "3fff::1",
    ])
    func `of a special range is not public`(text: String) throws {
        #expect(try !#require(InternetAddress(text)).isPublic)
    }

    @Test(arguments: ["1.1.1.1", "93.184.216.34", "172.32.0.1", "2606:4700::1111"])
    func `of the internet is public`(text: String) throws {
        #expect(try #require(InternetAddress(text)).isPublic)
    }
}

@Suite struct `A token bucket` {
    @Test func `never gives more than its size and its refills`() {
        for seed in UInt64(0)..<200 {
            var random = SeededGenerator(seed: seed)
            let capacity = Int64(random.next() % 5 + 1), refill = Int64(random.next() % 50 + 1)
            var bucket = TokenBucket(capacity: capacity, refill_ns: refill)
            var now: Int64 = 0, taken: [Int64] = []
            for _ in 0..<100 {
                now += Int64(random.next() % 60)
                let wait = bucket.wait_ns(at: now)
                if random.next() % 2 == 0 { now += wait } else if wait > 0 { continue }
                bucket.take(at: now)
                taken.append(now)
            }
            for (index, start) in taken.enumerated() {
                for (count, end) in taken[index...].enumerated() {
                    let most = capacity + (end - start) / refill + 1
                    #expect(Int64(count + 1) <= most, "seed \(seed)")
                }
            }
        }
    }
}
