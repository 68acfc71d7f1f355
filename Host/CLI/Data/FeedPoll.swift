import RialtoConfiguration
import RialtoHistory
import RialtoNetwork
import RialtoText

/// Asks feeds, each again only for what is new there, and makes rows of their answers.
struct FeedPoll {
    /// What one feed gave.
    enum Outcome {
        /// Nothing new since it was asked last.
        case unchanged
        case items([TextItem], TextIntake.Report)
        /// What went wrong, as one message.
        case failed(HouseMessage)
    }

    /// By what a feed says whether there is something new.
    private struct Validators {
        var tag: String?
        var modified: String?
    }

    private let send: (HTTPRequest) throws(NetworkError) -> HTTPResponse
    /// The time of day, Unix nanoseconds UTC.
    private let now_ns: () -> Int64
    private var known: [String: Validators] = [:]

    init(
        now_ns: @escaping () -> Int64,
        send: @escaping (HTTPRequest) throws(NetworkError) -> HTTPResponse
    ) {
        self.now_ns = now_ns
        self.send = send
    }

    /// Asks one feed once.
    mutating func ask(_ feed: FeedEntry) -> Outcome {
        do throws(NetworkError) {
            let response = try send(request(feed))
            guard response.status != 304 else { return .unchanged }
            guard response.status == 200 else {
                return .failed(message(feed, "the answer has status \(response.status)"))
            }
            let received_ns = now_ns()
            return taken(response, of: feed, at: received_ns)
        } catch {
            let first = error.messages.first
            return .failed(
                message(feed, first?.summary ?? "there is no answer", help: first?.help ?? ""))
        }
    }

    private func request(_ feed: FeedEntry) throws(NetworkError) -> HTTPRequest {
        var headers = [
            HTTPRequest.Header("user-agent", "rialto"),
            HTTPRequest.Header(
                "accept", "application/rss+xml, application/atom+xml, application/feed+json, */*"),
        ]
        if let tag = known[feed.url]?.tag { headers.append(.init("if-none-match", tag)) }
        if let time = known[feed.url]?.modified { headers.append(.init("if-modified-since", time)) }
        return HTTPRequest(
            method: "GET", address: try WebAddress(feed.url), headers: headers, body: [])
    }

    private mutating func taken(
        _ response: HTTPResponse, of feed: FeedEntry, at received_ns: Int64
    ) -> Outcome {
        do throws(HistoryError) {
            let document = try TextDocument.read(response.body, name: feed.url)
            var intake = TextIntake(
                known: .received(received_ns),
                topics: feed.topics.map { .init(instrument: $0.instrument, words: $0.words) },
                source: feed.source)
            var items: [TextItem] = []
            for var entry in document.entries {
                if !feed.source.isEmpty { entry.source = feed.source }
                items += intake.items(entry)
            }
            // Only what was read is not asked for again.
            known[feed.url] = Validators(
                tag: Self.safe(response.header("etag")),
                modified: Self.safe(response.header("last-modified")))
            return .items(items, intake.report)
        } catch { return .failed(error.house) }
    }

    /// A value that may be sent back as a header.
    private static func safe(_ text: String?) -> String? {
        guard let text, !text.isEmpty, text.utf8.count <= 512,
            text.utf8.allSatisfy({ (0x20...0x7E).contains($0) })
        else { return nil }
        return text
    }

    private func message(_ feed: FeedEntry, _ what: String, help: String = "") -> HouseMessage {
        HouseMessage(
            "the feed was not read: " + what, details: [.init("feed", feed.url)], help: help)
    }

    /// What may be asked: the addresses of the list, and nothing else.
    static func policy(
        _ feeds: [FeedEntry], allowsLoopback: Bool
    ) throws(NetworkError) -> NetworkPolicy {
        var endpoints: [NetworkPolicy.Endpoint] = []
        for feed in feeds {
            let address = try WebAddress(feed.url)
            endpoints.append(
                .init(
                    method: "GET", host: address.host, port: address.port, path: address.path))
        }
        var limits = NetworkPolicy.Limits()
        limits.firstByte_ms = 20_000
        limits.whole_ms = 30_000
        return NetworkPolicy(
            endpoints: endpoints, limits: limits, allowsLoopback: allowsLoopback,
            allowsPrivate: false)
    }
}
