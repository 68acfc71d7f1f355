import CCurl
import Foundation

/// One request over libcurl, on the caller's thread, until it is answered or given up.
///
/// Nothing of the surroundings takes part: no proxy, no cookies, no stored passwords, no redirects.
enum Transfer {
    /// libcurl's own preparation, once.
    private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    /// Sends a request whose name was looked up already.
    ///
    /// - Parameters:
    ///   - headers: With secrets filled in.
    ///   - addresses: The only ones that are connected to; all allowed by `policy`.
    static func send(
        _ request: HTTPRequest, headers: [HTTPRequest.Header], to addresses: [InternetAddress],
        policy: NetworkPolicy
    ) throws(NetworkError) -> HTTPResponse {
        guard isReady, let handle = curl_easy_init() else { throw .cut("libcurl did not start") }
        let lists = TextLists()
        defer {
            curl_easy_cleanup(handle)
            lists.release()
        }
        let reception = Reception(policy: policy, addresses: addresses)
        let setter = OptionSetter(handle: handle)
        setter.describe(request, headers: headers, addresses: addresses, lists: lists)
        setter.guardAgainst(policy)
        let start = ContinuousClock.now
        let result = withExtendedLifetime(reception) {
            setter.own(by: Unmanaged.passUnretained(reception).toOpaque())
            return request.body.withUnsafeBytes { bytes in
                if !bytes.isEmpty || request.method == "POST" || request.method == "PUT" {
                    setter.note(ccurl_set_body(handle, bytes.baseAddress, bytes.count))
                    setter.text(CURLOPT_CUSTOMREQUEST, request.method)
                }
                return setter.fault == CURLE_OK ? curl_easy_perform(handle) : setter.fault
            }
        }
        let latency = ContinuousClock.now - start
        var status = 0
        ccurl_get_number(handle, CURLINFO_RESPONSE_CODE, &status)
        if let refusal = reception.refusal { throw refusal }
        guard result == CURLE_OK else { throw fault(result, reception: reception) }
        return HTTPResponse(
            status: Int32(truncatingIfNeeded: status), headers: reception.lines,
            body: reception.body,
            latency_ns: latency.components.seconds * 1_000_000_000
                + latency.components.attoseconds / 1_000_000_000)
    }

    /// What libcurl's code means here. Its own long texts may hold addresses, never secrets; only
    /// the short text of the code is kept.
    private static func fault(_ code: CURLcode, reception: Reception) -> NetworkError {
        let text = curl_easy_strerror(code).map { String(cString: $0) } ?? "code \(code.rawValue)"
        switch code {
        case CURLE_OPERATION_TIMEDOUT: return reception.isConnected ? .timeout : .connectTimeout
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CERTPROBLEM,
            CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_CACERT_BADFILE:
            return .tls(text)
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING,
            CURLE_HTTP2, CURLE_URL_MALFORMAT:
            return .garbled(text)
        default: return .cut(text)
        }
    }
}

/// Lists of texts that libcurl reads during a transfer.
private final class TextLists {
    private var lists: [UnsafeMutablePointer<curl_slist>?] = []

    func make(_ texts: [String]) -> UnsafeMutablePointer<curl_slist>? {
        let list = texts.reduce(nil) { curl_slist_append($0, $1) }
        lists.append(list)
        return list
    }

    func release() {
        lists.forEach { curl_slist_free_all($0) }
        lists = []
    }
}

/// Sets options, and remembers the first that was refused.
private final class OptionSetter {
    private let handle: UnsafeMutableRawPointer
    private(set) var fault = CURLE_OK

    init(handle: UnsafeMutableRawPointer) { self.handle = handle }

    func note(_ result: CURLcode) { if fault == CURLE_OK { fault = result } }

    func text(_ option: CURLoption, _ value: String) {
        note(ccurl_set_text(handle, option, value))
    }

    private func number(_ option: CURLoption, _ value: Int) {
        note(ccurl_set_number(handle, option, value))
    }

    func describe(
        _ request: HTTPRequest, headers: [HTTPRequest.Header], addresses: [InternetAddress],
        lists: TextLists
    ) {
        let address = request.address
        text(CURLOPT_URL, address.text)
        text(CURLOPT_CUSTOMREQUEST, request.method)
        text(CURLOPT_PROTOCOLS_STR, address.isSecure ? "https" : "http")
        let lines = headers.map { "\($0.name): \($0.value)" } + ["Expect:"]
        note(ccurl_set_list(handle, CURLOPT_HTTPHEADER, lists.make(lines)))
        guard InternetAddress(address.host) == nil else { return }
        let places = addresses.map { $0.bytes.count == 4 ? $0.text : "[\($0.text)]" }
        let pin = "\(address.host):\(address.port):\(places.joined(separator: ","))"
        note(ccurl_set_list(handle, CURLOPT_RESOLVE, lists.make([pin])))
    }

    func guardAgainst(_ policy: NetworkPolicy) {
        text(CURLOPT_PROXY, "")
        text(CURLOPT_NOPROXY, "*")
        text(CURLOPT_ACCEPT_ENCODING, "gzip")
        number(CURLOPT_FOLLOWLOCATION, 0)
        number(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        number(CURLOPT_HTTP09_ALLOWED, 0)
        number(CURLOPT_NOSIGNAL, 1)
        number(CURLOPT_SSL_VERIFYPEER, 1)
        number(CURLOPT_SSL_VERIFYHOST, 2)
        number(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        number(CURLOPT_CONNECTTIMEOUT_MS, policy.limits.connect_ms)
        number(CURLOPT_TIMEOUT_MS, policy.limits.whole_ms)
        if let file = policy.authorityFile { text(CURLOPT_CAINFO, file) }
    }

    func own(by owner: UnsafeMutableRawPointer) {
        note(
            ccurl_set_owner(
                handle, owner,
                { bytes, size, count, owner in
                    Reception.of(owner)?.takeHeader(bytes, size * count) == true ? size * count : 0
                },
                { bytes, size, count, owner in
                    Reception.of(owner)?.takeBody(bytes, size * count) == true ? size * count : 0
                },
                { owner, _, _, _, _ in Reception.of(owner)?.isPatient == true ? 0 : 1 },
                { owner, remote, _, _, _ in
                    Reception.of(owner)?.connect(to: remote) == true
                        ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
                }))
    }
}

/// What has come in so far, within the limits.
private final class Reception {
    private let limits: NetworkPolicy.Limits
    private let addresses: [InternetAddress]
    private var headerBytes = 0
    private var connected: ContinuousClock.Instant?
    private(set) var lines: [String] = []
    private(set) var body: [UInt8] = []
    /// Why the transfer was stopped from this side; nil when it was not.
    private(set) var refusal: NetworkError?

    init(policy: NetworkPolicy, addresses: [InternetAddress]) {
        limits = policy.limits
        self.addresses = addresses
    }

    static func of(_ owner: UnsafeMutableRawPointer?) -> Reception? {
        owner.map { Unmanaged<Reception>.fromOpaque($0).takeUnretainedValue() }
    }

    var isConnected: Bool { connected != nil }

    /// Whether the first byte may still come.
    var isPatient: Bool {
        guard let connected, headerBytes == 0 else { return true }
        guard ContinuousClock.now - connected > .milliseconds(limits.firstByte_ms) else {
            return true
        }
        refusal = .firstByteTimeout
        return false
    }

    /// Whether the address that was connected to is one of those that were checked.
    func connect(to remote: UnsafeMutablePointer<CChar>?) -> Bool {
        connected = .now
        let text = remote.map { String(cString: $0) } ?? ""
        if let address = InternetAddress(text), addresses.contains(address) { return true }
        refusal = .privateAddress(host: text, address: text)
        return false
    }

    func takeHeader(_ bytes: UnsafeMutablePointer<CChar>?, _ count: Int) -> Bool {
        headerBytes += count
        guard headerBytes <= limits.headersMax else {
            refusal = .headersTooLarge(allowed: limits.headersMax)
            return false
        }
        guard let bytes else { return count == 0 }
        let raw = UnsafeRawBufferPointer(start: bytes, count: count)
        let line = String(decoding: raw, as: UTF8.self).trimmingCharacters(in: .newlines)
        if line.hasPrefix("HTTP/") {
            lines = []  // an interim answer came before
        } else if let colon = line.firstIndex(of: ":") {
            let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            lines.append(line[..<colon].lowercased() + ": " + value)
        }
        return true
    }

    func takeBody(_ bytes: UnsafeMutablePointer<CChar>?, _ count: Int) -> Bool {
        guard body.count + count <= limits.bodyMax else {
            refusal = .bodyTooLarge(allowed: limits.bodyMax)
            return false
        }
        guard let bytes else { return count == 0 }
        body += UnsafeRawBufferPointer(start: bytes, count: count)
        return true
    }
}
