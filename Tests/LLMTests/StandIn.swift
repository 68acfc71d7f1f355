import Foundation
import RialtoLLM
import RialtoNetwork
import RialtoTestSupport
import RialtoValues

/// The scripted provider of `Server/standin.py` on this machine, ended with its owner.
final class StandIn {
    private let server: ScriptedServer
    private var port: UInt16 { server.port }

    init() throws {
        server = try ScriptedServer([
            URL(filePath: #filePath).deletingLastPathComponent()
                .appending(path: "Server/standin.py").path
        ])
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
