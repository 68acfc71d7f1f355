package import RialtoText

/// Why a request was not made, or has no answer that may be used. No case holds a secret.
package enum NetworkError: Error, Hashable, Sendable {
    /// The address is none.
    case address(String)
    /// A method, header or body that is not sent.
    case request(String)
    /// Nobody allowed this host with this method and path.
    case notAllowed(method: String, host: String)
    /// Without TLS, to somewhere that is not this machine or without the operator's word.
    case insecure(host: String)
    /// The name means an address of a private network.
    case privateAddress(host: String, address: String)
    /// The name has no address.
    case unresolved(host: String)
    /// A placeholder whose secret is unknown, or is kept for other hosts.
    case secret(name: String, host: String)
    /// No connection in time.
    case connectTimeout
    /// Connected, and no first byte of an answer in time.
    case firstByteTimeout
    /// No whole answer in time.
    case timeout
    /// No connection, or one that ended before the answer did.
    case cut(String)
    /// The other side could not prove who it is.
    case tls(String)
    /// An answer that is no HTTP.
    case garbled(String)
    /// More header bytes than allowed.
    case headersTooLarge(allowed: Int)
    /// More body bytes than allowed, unpacked.
    case bodyTooLarge(allowed: Int)
    /// An answer that sends the request elsewhere.
    case redirect(to: String)
    /// More requests than the rate limit has tokens for before the deadline.
    case rateLimited
    /// No answer of this request was recorded: runs on recordings make no calls.
    case notRecorded(digest: String)
    /// The recording cannot be read.
    case recording(line: Int, String)

    /// Whether the request may have reached the other side, and asking again may help.
    package var isPassing: Bool {
        switch self {
        case .connectTimeout, .firstByteTimeout, .timeout, .cut, .garbled, .unresolved: true
        default: false
        }
    }

    /// As in `rialto_responses_t.status`: -1 refused by the host, -2 no answer, -3 timeout.
    package var status: Int32 {
        switch self {
        case .connectTimeout, .firstByteTimeout, .timeout: -3
        case .cut, .tls, .garbled, .unresolved: -2
        default: -1
        }
    }
}

extension NetworkError: HouseError {
    package var messages: [HouseMessage] { [HouseMessage("request failed: " + what, help: help)] }

    private var what: String {
        switch self {
        case .address(let reason): "the address is not usable: \(reason)"
        case .request(let reason): reason
        case .notAllowed(let method, let host): "\(method) to \(host) is not allowed"
        case .insecure(let host): "\(host) would be asked without TLS"
        case .privateAddress(let host, let address):
            "\(host) is \(address), an address of a private network"
        case .unresolved(let host): "the name \(host) has no address"
        case .secret(let name, let host): "there is no secret \(name) for \(host)"
        case .connectTimeout: "no connection in time"
        case .firstByteTimeout: "no first byte of an answer in time"
        case .timeout: "no whole answer in time"
        case .cut(let reason): "the connection ended early: \(reason)"
        case .tls(let reason): "the other side could not prove who it is: \(reason)"
        case .garbled(let reason): "the answer is no HTTP: \(reason)"
        case .headersTooLarge(let allowed): "the headers have more than \(allowed) bytes"
        case .bodyTooLarge(let allowed): "the body has more than \(allowed) bytes"
        case .redirect(let target): "the answer points elsewhere: \(target)"
        case .rateLimited: "the rate limit has no token before the deadline"
        case .notRecorded(let digest): "no answer was recorded for request \(digest.prefix(16))"
        case .recording(let line, let reason):
            line == 0
                ? "the recording cannot be used: \(reason)"
                : "the recording is broken at entry \(line): \(reason)"
        }
    }

    private var help: String {
        switch self {
        case .notAllowed: "add method, host and path to what the run allows"
        case .insecure: "use https, or allow this machine's own servers without TLS"
        case .privateAddress: "allow private addresses if this server is meant"
        case .secret: "store the secret under this name for this host"
        case .notRecorded: "record the run again: its requests are other ones now"
        case .recording: "record the run again"
        case .tls: "check the server's certificate; it is never left unchecked"
        default: ""
        }
    }
}
