import Foundation
import RialtoNetwork
import RialtoValues
import Testing

private func entry(_ number: Int, body: [UInt8]) throws -> Recording.Entry {
    let request = HTTPRequest(
        method: "POST", address: try WebAddress("https://api.example.com/v1/\(number)"),
        headers: [], body: [])
    return Recording.Entry(
        digest: Recording.digest(of: request), status: 200, latency_ns: Int64(number),
        headers: "a: \(number)\n", body: body)
}

@Suite struct `A recording on disk` {
    private let path = NSTemporaryDirectory() + "rialto-recording-\(UUID().uuidString)"

    @Test func `holds every entry that was added, and goes on where it ended`() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        for round in 0..<3 {
            let file = try RecordingFile(path)
            #expect(file.recording.entries.count == round * 2)
            for number in 0..<2 {
                try file.append(try entry(round * 2 + number, body: [0x0A, 0, 255]))
            }
        }
        let read = try RecordingFile.read(path)
        #expect(read.entries == (try (0..<6).map { try entry($0, body: [0x0A, 0, 255]) }))
        let bytes = try Data(contentsOf: URL(filePath: path))
        #expect(Array(bytes) == read.bytes)
    }

    @Test func `loses no more than the entry that was being written when it was cut`() throws {
        var recording = Recording(), random = SeededGenerator(seed: 7)
        for number in 0..<4 {
            let size = Int(random.next() % 400)
            recording.append(
                try entry(number, body: (0..<size).map { UInt8(truncatingIfNeeded: $0) }))
        }
        let bytes = recording.bytes
        let ends = recording.entries.reduce(into: [Recording.start.count]) {
            $0.append(($0.last ?? 0) + Recording.bytes(of: $1).count)
        }
        for count in 0...bytes.count {
            defer { try? FileManager.default.removeItem(atPath: path) }
            try Data(bytes[..<count]).write(to: URL(filePath: path))
            let whole = ends.lastIndex { $0 <= count } ?? 0
            let found = try RecordingFile(path).recording.entries.count
            #expect(found == whole, "cut at \(count)")
        }
    }

    @Test func `is refused when its bytes were changed, or another run writes it`() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let file = try RecordingFile(path)
        try file.append(try entry(1, body: Array("abc".utf8)))
        #expect(throws: NetworkError.recording(line: 0, "another run writes it")) {
            try RecordingFile(path)
        }
        var bytes = try Data(contentsOf: URL(filePath: path))
        bytes[bytes.count - 2] ^= 1
        let other = path + "-2"
        defer { try? FileManager.default.removeItem(atPath: other) }
        try bytes.write(to: URL(filePath: other))
        #expect(throws: NetworkError.recording(line: 1, "its bytes were changed")) {
            try RecordingFile(other)
        }
    }
}

@Suite struct `A request in words` {
    @Test func `is method and address, headers, an empty line and a body to the end`() throws {
        let text = "POST https://api.example.com/v1?a=b\nA: b:c\nx-key: {{k}}\n\n{\n\n}\n"
        let request = try HTTPRequest(text: text)
        #expect(request.method == "POST" && request.address.path == "/v1")
        #expect(request.headers == [.init("A", "b:c"), .init("x-key", "{{k}}")])
        #expect(request.body == Array("{\n\n}\n".utf8))
        #expect(try HTTPRequest(text: "GET https://a.example/").body.isEmpty)
        #expect(try HTTPRequest(text: "GET https://a.example/\n\n").body.isEmpty)
    }

    @Test(
        arguments: [
            "", "\n\n", "GET", "GET  https://a.example/", "GET https://a.example/ x",
            "GET https://a.example/\nno colon\n\n", "GET ftp://a.example/\n\n",
            "GET https://a.example/" + String(repeating: "\na: b", count: 40),
        ])
    func `is refused in any other form`(text: String) {
        #expect(throws: NetworkError.self) { try HTTPRequest(text: text) }
    }

    @Test func `never ends the program, whatever it says`() {
        var random = SeededGenerator(seed: 3)
        let letters = Array("GET POST:/\n {}ahttps\u{0}\u{FF}")
        for _ in 0..<5000 {
            let text = String(
                (0..<Int(random.next() % 60)).map { _ in
                    letters[Int(random.next() % UInt64(letters.count))]
                })
            _ = try? HTTPRequest(text: text)
        }
    }

    @Test func `has another digest for another asker`() throws {
        let request = try HTTPRequest(text: "GET https://a.example/")
        let digests = ["", "a/x", "b/x"].map { Recording.digest(of: request, by: $0) }
        #expect(Set(digests).count == 3)
        #expect(digests[0] == Recording.digest(of: request))
    }
}
