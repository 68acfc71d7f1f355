import Foundation
import RialtoLLM
import RialtoNetwork
import RialtoValues

/// The scripted provider of `Server/standin.py` on this machine, ended with its owner.
final class StandIn {
    private let port: UInt16
    private let process = Process()
    private let input = Pipe()

    init() throws {
        let script = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Server/standin.py").path
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = [script]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        var line = Data()
        while line.last != 0x0A {
            let byte = output.fileHandleForReading.readData(ofLength: 1)
            guard !byte.isEmpty else { throw ServerFault() }
            line += byte
        }
        let text = String(decoding: line, as: UTF8.self).trimmingCharacters(in: .newlines)
        guard let port = UInt16(text) else { throw ServerFault() }
        self.port = port
    }

    deinit {
        input.fileHandleForWriting.closeFile()
        process.waitUntilExit()
    }

    var base: String { "http://127.0.0.1:\(port)" }

    /// What records every answer of this server.
    func recorder(for provider: ChatProvider) throws -> Recorder {
        let endpoint = NetworkPolicy.Endpoint(
            method: "POST", host: "127.0.0.1", port: port, path: provider.path)
        let start = ContinuousClock.now
        let now_ns = {
            let passed = (ContinuousClock.now - start).components
            return passed.seconds * 1_000_000_000 + passed.attoseconds / 1_000_000_000
        }
        let client = HTTPClient(
            policy: NetworkPolicy(
                endpoints: [endpoint], limits: NetworkPolicy.Limits(), allowsLoopback: true,
                allowsPrivate: false),
            secrets: Secrets([
                try Secret(name: "llm-key", value: StandIn.key, hosts: ["127.0.0.1"])
            ]),
            retries: RetryRule(retriesMax: 0, pause_ms: 1, pauseMax_ms: 1),
            bucket: TokenBucket(capacity: 1000, refill_ns: 1), seed: 1,
            surroundings: HTTPClient.Surroundings(
                now_ns: now_ns, wait: { _ in },
                addresses: { (host) throws(NetworkError) in try Resolver.addresses(of: host) }))
        return Recorder(client: client, now_ns: now_ns)
    }

    static let key = "sk-stand-in-0123456789"
}

struct ServerFault: Error {}
