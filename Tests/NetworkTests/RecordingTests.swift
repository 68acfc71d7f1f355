import RialtoNetwork
import RialtoValues
import Testing

@Suite struct `A recording` {
    private func entry(_ digest: Character, _ body: String, status: Int32 = 200) -> Recording.Entry
    {
        Recording.Entry(
            digest: String(repeating: digest, count: 64), status: status, latency_ns: 5,
            headers: "a: b\n", body: Array(body.utf8))
    }

    private var sample: Recording {
        var recording = Recording()
        recording.append(entry("a", "one\nanswer 2"))
        recording.append(entry("b", "", status: -3))
        recording.append(entry("a", "two"))
        return recording
    }

    @Test func `is the same after it was written and read, byte for byte`() throws {
        let again = try Recording(bytes: sample.bytes)
        #expect(again == sample && again.bytes == sample.bytes)
        #expect(try Recording(bytes: Recording().bytes) == Recording())
    }

    @Test func `is refused when it is cut or changed anywhere`() throws {
        let bytes = sample.bytes
        for cut in bytes.indices {
            guard let part = try? Recording(bytes: Array(bytes[..<cut])) else { continue }
            #expect(sample.entries.starts(with: part.entries) && part.bytes == Array(bytes[..<cut]))
        }
        for place in bytes.indices {
            var changed = bytes
            changed[place] ^= 1
            #expect(throws: NetworkError.self, "byte \(place)") { try Recording(bytes: changed) }
        }
    }

    @Test func `answers equal requests in their order, and others not at all`() throws {
        let server = try Misbehaving(), first = try server.request("/count")
        let other = try server.request("/count?again"), clock = ManualClock()
        var recorder = Recorder(
            client: client(server.policy(first), clock: clock), now_ns: { clock.now_ns })
        let live = [first, other, first].map { recorder.answer(to: $0, patience_ns: minute_ns) }
        #expect(live.map { String(decoding: $0.body, as: UTF8.self) } == ["1", "1", "2"])
        var replay = Replay(try Recording(bytes: recorder.recording.bytes))
        #expect(try [first, other, first].map { try replay.answer(to: $0) } == live)
        let digest = Recording.digest(of: first)
        #expect(throws: NetworkError.notRecorded(digest: digest)) { try replay.answer(to: first) }
    }

    @Test func `keeps failures as what they were`() throws {
        let server = try Misbehaving(), clock = ManualClock()
        let silent = try server.request("/silence"), unknown = try server.request("/other")
        var policy = server.policy(silent)
        policy.limits.firstByte_ms = 300
        var recorder = Recorder(
            client: client(policy, clock: clock), now_ns: { clock.now_ns })
        #expect(recorder.answer(to: silent, patience_ns: minute_ns).status == -3)
        #expect(recorder.answer(to: unknown, patience_ns: minute_ns).status == -1)
        #expect(recorder.recording.entries.map(\.status) == [-3, -1])
    }

    @Test func `knows a request by method, address, headers and body, and by nothing else`() throws
    {
        func digest(
            _ method: String = "POST", _ path: String = "/a", _ headers: [(String, String)] = [],
            _ body: String = "x"
        ) throws -> String {
            Recording.digest(
                of: HTTPRequest(
                    method: method, address: try WebAddress("https://a.example\(path)"),
                    headers: headers.map { HTTPRequest.Header($0.0, $0.1) },
                    body: Array(body.utf8)))
        }
        let distinct = [
            try digest(), try digest("PUT"), try digest("POST", "/b"),
            try digest("POST", "/a", [("a", "b")]), try digest("POST", "/a", [], "y"),
        ]
        #expect(Set(distinct).count == 5)
        let two = [("b", "2"), ("a", "1")], other = [("A", "1"), ("B", "2")]
        #expect(try digest("POST", "/a", two) == digest("POST", "/a", other))
    }
}
