import Foundation
import RialtoNetwork
import RialtoTestSupport
import RialtoValues

/// The misbehaving server of `Server/misbehave.py` on this machine, ended with its owner.
final class Misbehaving {
    private let server: ScriptedServer
    var port: UInt16 { server.port }

    /// - Parameter certificate: Files of a certificate and its key; nil speaks without TLS.
    init(certificate: (String, String)? = nil) throws {
        let script = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Server/misbehave.py").path
        server = try ScriptedServer([script] + (certificate.map { [$0.0, $0.1] } ?? []))
    }

    func request(
        _ path: String, method: String = "GET", secure: Bool = false,
        headers: [HTTPRequest.Header] = [], body: [UInt8] = []
    ) throws -> HTTPRequest {
        let scheme = secure ? "https" : "http"
        return HTTPRequest(
            method: method, address: try WebAddress("\(scheme)://127.0.0.1:\(port)\(path)"),
            headers: headers, body: body)
    }

    /// A policy that allows these requests; sizes are small, times long enough for a busy machine.
    func policy(_ requests: HTTPRequest...) -> NetworkPolicy {
        var limits = NetworkPolicy.Limits()
        limits.connect_ms = 30_000
        limits.firstByte_ms = 60_000
        limits.whole_ms = 60_000
        limits.headersMax = 16_384
        limits.bodyMax = 1_000_000
        return NetworkPolicy(
            endpoints: requests.map {
                NetworkPolicy.Endpoint(
                    method: $0.method, host: $0.address.host, port: $0.address.port,
                    path: $0.address.path)
            }, limits: limits, allowsLoopback: true, allowsPrivate: false)
    }
}

struct ServerFault: Error {}

/// A clock that moves only when somebody waits.
final class ManualClock {
    private(set) var now_ns: Int64 = 0
    private(set) var waits: [Int64] = []

    func surroundings(
        _ addresses: @escaping (String) throws(NetworkError) -> [InternetAddress] = {
            (host) throws(NetworkError) in try Resolver.addresses(of: host)
        }
    ) -> HTTPClient.Surroundings {
        HTTPClient.Surroundings(
            now_ns: { self.now_ns },
            wait: {
                self.waits.append($0)
                self.now_ns += $0
            }, addresses: addresses)
    }
}

func client(
    _ policy: NetworkPolicy, clock: ManualClock = ManualClock(), secrets: [Secret] = [],
    retries: Int = 0, bucket: TokenBucket = TokenBucket(capacity: 100, refill_ns: 1)
) -> HTTPClient {
    HTTPClient(
        policy: policy, secrets: Secrets(secrets),
        retries: RetryRule(retriesMax: retries, pause_ms: 100, pauseMax_ms: 60_000),
        bucket: bucket, seed: 1, surroundings: clock.surroundings())
}

let minute_ns: Int64 = 60_000_000_000
