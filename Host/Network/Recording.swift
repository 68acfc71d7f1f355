import CCrypto

/// Answers by the digest of their request, in the order in which they were given: what lets a run
/// with a network be run again without one.
package struct Recording: Hashable, Sendable {
    /// One request and what came of it.
    package struct Entry: Hashable, Sendable {
        /// Of the request, see ``digest(of:)``.
        package let digest: String
        /// HTTP status, or below 0 as in `rialto_responses_t.status`.
        package let status: Int32
        /// From the request to the answer, in nanoseconds.
        package let latency_ns: Int64
        /// Lines of `name: value`.
        package let headers: String
        package let body: [UInt8]

        package init(
            digest: String, status: Int32, latency_ns: Int64, headers: String, body: [UInt8]
        ) {
            self.digest = digest
            self.status = status
            self.latency_ns = latency_ns
            self.headers = headers
            self.body = body
        }
    }

    /// In the order of the requests.
    package private(set) var entries: [Entry] = []
    private static let head = "rialto-recording 1\n"

    /// An empty one.
    package init() {}

    /// Returns the SHA-256 of a request as 64 hexadecimal digits. Placeholders stand for secrets,
    /// so it is the same with every key, and names of headers count in lower case, in any order.
    ///
    /// - Parameter asker: Whose request it is, where several ask; their equal requests differ then.
    package static func digest(of request: HTTPRequest, by asker: String = "") -> String {
        let headers = request.headers.map { "\($0.name.lowercased()): \($0.value)" }.sorted()
        var bytes = asker.isEmpty ? [] : Array("by \(asker)\n".utf8)
        bytes += Array("\(request.method) \(request.address.text)\n".utf8)
        for header in headers { bytes += Array("\(header)\n".utf8) }
        bytes.append(0x0A)
        bytes += request.body
        return sha256(bytes)
    }

    /// Adds what came of a request.
    package mutating func append(_ entry: Entry) { entries.append(entry) }

    /// The recording as bytes: equal recordings have equal bytes.
    package var bytes: [UInt8] {
        entries.reduce(into: Recording.start) { $0 += Recording.bytes(of: $1) }
    }

    /// What a recording begins with.
    package static var start: [UInt8] { Array(head.utf8) }

    /// An entry as it stands in a recording.
    package static func bytes(of entry: Entry) -> [UInt8] {
        let facts = [
            "answer", entry.digest, String(entry.status), String(entry.latency_ns),
            String(entry.headers.utf8.count), String(entry.body.count),
        ].joined(separator: " ")
        let content = Array(entry.headers.utf8) + entry.body
        return Array((facts + " " + seal(facts, content) + "\n").utf8) + content + [0x0A]
    }

    /// Reads a recording whose last entry may be cut: whoever wrote it was stopped.
    ///
    /// - Returns: What is whole, and how many bytes that is.
    /// - Throws: As ``init(bytes:)`` for all but a cut end.
    package static func whole(
        of bytes: [UInt8]
    ) throws(NetworkError) -> (recording: Recording, size: Int) {
        if bytes.count < start.count, start.starts(with: bytes) { return (Recording(), 0) }
        var recording = Recording(), size = start.count
        guard bytes.starts(with: start) else { return (try Recording(bytes: bytes), 0) }
        while size < bytes.count {
            do throws(NetworkError) {
                let (next, length) = try entry(
                    bytes[size...], number: recording.entries.count + 1)
                recording.append(next)
                size += length
            } catch {
                guard isCut(bytes[size...]) else { throw error }
                break
            }
        }
        return (recording, size)
    }

    /// Whether bytes are the start of an entry, and end before it does.
    private static func isCut(_ bytes: ArraySlice<UInt8>) -> Bool {
        let line = bytes.prefix(256).prefix { $0 != 0x0A }
        guard line.count < bytes.count else {
            return line.count < 256 && "answer ".utf8.starts(with: line.prefix(7))
        }
        let words = String(decoding: line, as: UTF8.self).split(separator: " ").map(String.init)
        guard words.count == 7, words[0] == "answer", let headers = Int(words[4]),
            let body = Int(words[5]), (0...1 << 30).contains(headers), (0...1 << 30).contains(body)
        else { return false }
        return bytes.count < line.count + 1 + headers + body + 1
    }

    /// Reads a recording.
    ///
    /// - Throws: ``NetworkError/recording(line:_:)`` when it is cut, changed or of another version.
    package init(bytes: [UInt8]) throws(NetworkError) {
        guard bytes.starts(with: Recording.head.utf8) else {
            throw .recording(line: 0, "it does not start with \(Recording.head.dropLast())")
        }
        var rest = bytes.dropFirst(Recording.head.utf8.count)
        while !rest.isEmpty {
            let (entry, size) = try Recording.entry(rest, number: entries.count + 1)
            entries.append(entry)
            rest = rest.dropFirst(size)
        }
    }

    private static func entry(
        _ bytes: ArraySlice<UInt8>, number: Int
    ) throws(NetworkError) -> (Entry, Int) {
        let line = bytes.prefix(256).prefix { $0 != 0x0A }
        let words = String(decoding: line, as: UTF8.self).split(separator: " ").map(String.init)
        guard words.count == 7, words[0] == "answer", words[1].utf8.count == 64,
            let status = Int32(words[2]), let latency = Int64(words[3]), latency >= 0,
            let headerSize = Int(words[4]), let bodySize = Int(words[5]),
            (0...1 << 30).contains(headerSize), (0...1 << 30).contains(bodySize)
        else { throw .recording(line: number, "its head cannot be read") }
        let size = line.count + 1 + headerSize + bodySize + 1
        guard bytes.count >= size, bytes[bytes.startIndex + size - 1] == 0x0A else {
            throw .recording(line: number, "it is cut")
        }
        let start = bytes.startIndex + line.count + 1
        let content = Array(bytes[start..<start + headerSize + bodySize])
        guard seal(words[..<6].joined(separator: " "), content) == words[6],
            line.count == words.reduce(-1, { $0 + $1.utf8.count + 1 })
        else { throw .recording(line: number, "its bytes were changed") }
        guard let headers = String(validating: content[..<headerSize], as: UTF8.self) else {
            throw .recording(line: number, "its headers are no text")
        }
        let entry = Entry(
            digest: words[1], status: status, latency_ns: latency, headers: headers,
            body: Array(content[headerSize...]))
        return (entry, size)
    }

    /// What shows that an entry is as it was written: the start of a digest of all of it.
    private static func seal(_ facts: String, _ content: [UInt8]) -> String {
        String(sha256(Array(facts.utf8) + [0x0A] + content).prefix(16))
    }

    private static func sha256(_ bytes: [UInt8]) -> String {
        var digest = [UInt8](repeating: 0, count: 32), length: UInt32 = 32
        let done = bytes.withUnsafeBytes {
            EVP_Digest($0.baseAddress, $0.count, &digest, &length, EVP_sha256(), nil)
        }
        precondition(done == 1 && length == 32, "SHA-256 is available")
        return digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

/// Answers requests from a recording, and from nowhere else.
package struct Replay: Sendable {
    private let byDigest: [String: [Recording.Entry]]
    private var used: [String: Int] = [:]

    package init(_ recording: Recording) {
        byDigest = Dictionary(grouping: recording.entries, by: \.digest)
    }

    /// Returns what came of a request; of equal requests the first one first.
    ///
    /// - Throws: ``NetworkError/notRecorded(digest:)`` when nothing, or no more, was recorded.
    package mutating func answer(
        to request: HTTPRequest
    ) throws(NetworkError) -> Recording.Entry {
        try answer(digest: Recording.digest(of: request))
    }

    /// As ``answer(to:)``, by the digest of the request.
    package mutating func answer(digest: String) throws(NetworkError) -> Recording.Entry {
        let place = used[digest] ?? 0
        guard let entries = byDigest[digest], place < entries.count else {
            throw .notRecorded(digest: digest)
        }
        used[digest] = place + 1
        return entries[place]
    }
}

/// Sends requests and keeps what came of each, failures too.
package struct Recorder {
    private var client: HTTPClient
    package private(set) var recording = Recording()
    private let asker: String
    private let now_ns: () -> Int64

    /// - Parameter asker: As of ``Recording/digest(of:by:)``.
    package init(client: HTTPClient, asker: String = "", now_ns: @escaping () -> Int64) {
        self.client = client
        self.asker = asker
        self.now_ns = now_ns
    }

    /// Sends a request and returns what came of it, as a replay will.
    package mutating func answer(to request: HTTPRequest, patience_ns: Int64) -> Recording.Entry {
        let start_ns = now_ns()
        let entry: Recording.Entry
        do throws(NetworkError) {
            let response = try client.send(request, patience_ns: patience_ns)
            entry = Recording.Entry(
                digest: Recording.digest(of: request, by: asker), status: response.status,
                latency_ns: max(0, response.latency_ns),
                headers: response.headers.map { $0 + "\n" }.joined(), body: response.body)
        } catch {
            entry = Recording.Entry(
                digest: Recording.digest(of: request, by: asker), status: error.status,
                latency_ns: max(0, now_ns() - start_ns), headers: "",
                body: error.status == -1 ? Array(Recorder.reason(error).utf8) : [])
        }
        recording.append(entry)
        return entry
    }

    /// Of a refusal why, for people.
    private static func reason(_ error: NetworkError) -> String {
        error.messages.first?.summary ?? "request failed"
    }
}
