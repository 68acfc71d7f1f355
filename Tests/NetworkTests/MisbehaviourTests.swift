import Foundation
import RialtoNetwork
import Testing

@Suite struct `A server that misbehaves` {
    private let server: Misbehaving

    init() throws { server = try Misbehaving() }

    /// What a client without retries makes of a path.
    private func outcome(
        _ path: String, _ change: (inout NetworkPolicy.Limits) -> Void = { _ in }
    ) throws -> Result<HTTPResponse, NetworkError> {
        let request = try server.request(path)
        var policy = server.policy(request)
        change(&policy.limits)
        var client = client(policy)
        do throws(NetworkError) {
            return .success(try client.send(request, patience_ns: minute_ns))
        } catch { return .failure(error) }
    }

    private func failure(
        _ path: String, _ change: (inout NetworkPolicy.Limits) -> Void = { _ in }
    ) throws -> NetworkError? {
        guard case .failure(let error) = try outcome(path, change) else { return nil }
        return error
    }

    @Test func `is heard when it does not`() throws {
        let response = try outcome("/fine").get()
        #expect(response.status == 200 && response.body == Array("fine".utf8))
        #expect(response.header("x-kind") == "a" && response.header("y") == nil)
        #expect(try outcome("/packed").get().body == Array("unpacked".utf8))
    }

    @Test func `is given up when it is slow, at whatever stage`() throws {
        #expect(try failure("/silence") { $0.firstByte_ms = 300 } == .firstByteTimeout)
        #expect(try failure("/slow-headers") { $0.whole_ms = 2000 } == .timeout)
        #expect(try failure("/drip") { $0.whole_ms = 2000 } == .timeout)
    }

    @Test func `cannot send more than allowed, packed or not`() throws {
        #expect(try failure("/large") == .bodyTooLarge(allowed: 1_000_000))
        #expect(try failure("/bomb") == .bodyTooLarge(allowed: 1_000_000))
        #expect(try failure("/large-headers") == .headersTooLarge(allowed: 16_384))
    }

    @Test(arguments: ["/short", "/cut", "/nothing"])
    func `is told from one that answered when it hangs up early`(path: String) throws {
        guard case .cut? = try failure(path) else {
            Issue.record("\(try outcome(path))")
            return
        }
    }

    @Test(arguments: ["/garbage", "/packed-wrongly", "/odd-length"])
    func `is not believed when it speaks garbage`(path: String) throws {
        guard case .garbled? = try failure(path) else {
            Issue.record("\(try outcome(path))")
            return
        }
    }

    @Test func `cannot send a request elsewhere`() throws {
        #expect(try failure("/elsewhere") == .redirect(to: "http://example.com/"))
    }

    @Test func `is no server when nobody listens`() throws {
        let request = try server.request("/fine")
        let address = try WebAddress("http://127.0.0.1:1/fine")
        let other = HTTPRequest(method: "GET", address: address, headers: [], body: [])
        var client = client(server.policy(request, other))
        do throws(NetworkError) {
            _ = try client.send(other, patience_ns: minute_ns)
            Issue.record("somebody listens at port 1")
        } catch {
            guard case .cut = error else {
                Issue.record("\(error)")
                return
            }
        }
    }

    @Test func `without TLS is not asked with it, and one that cannot prove itself neither`() throws
    {
        let request = try server.request("/fine", secure: true)
        var client = client(server.policy(request))
        do throws(NetworkError) {
            _ = try client.send(request, patience_ns: minute_ns)
            Issue.record("it answered")
        } catch {
            guard case .tls = error else {
                Issue.record("\(error)")
                return
            }
        }
    }
}

@Suite(.enabled(if: Certificate.tool != nil, "no openssl command to make a certificate with"))
struct `A server with TLS` {
    @Test func `is believed only by those who trust its authority, for its own name`() throws {
        let certificate = try Certificate()
        let server = try Misbehaving(certificate: (certificate.file, certificate.key))
        let request = try server.request("/fine", secure: true)
        func ask(authority: String?, host: String? = nil) throws -> NetworkError? {
            var asked = request
            if let host {
                asked = HTTPRequest(
                    method: "GET", address: try WebAddress("https://\(host):\(server.port)/fine"),
                    headers: [], body: [])
            }
            var policy = server.policy(asked)
            policy.authorityFile = authority
            var client = client(policy)
            do throws(NetworkError) {
                _ = try client.send(asked, patience_ns: minute_ns)
                return nil
            } catch { return error }
        }
        #expect(try ask(authority: certificate.file) == nil)
        let untrusted = try ask(authority: nil),
            misnamed = try ask(
                authority: certificate.file, host: "localhost")
        for error in [untrusted, misnamed] {
            guard case .tls? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }
}

/// A certificate for 127.0.0.1 that signs itself, in a folder that goes with it.
final class Certificate {
    static let tool = ["/usr/bin/openssl", "/bin/openssl"]
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    let file: String
    let key: String
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory
            .appending(path: "rialto-certificate-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        file = folder.appending(path: "certificate.pem").path
        key = folder.appending(path: "key.pem").path
        let process = Process()
        process.executableURL = URL(filePath: Certificate.tool ?? "")
        process.arguments = [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
            "-keyout", key, "-out", file,
        ]
        process.standardError = Pipe()
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw ServerFault() }
    }

    deinit { try? FileManager.default.removeItem(at: folder) }
}
