/// Tokens of one call as the provider counted them; each counts once.
public struct ChatUsage: Hashable, Sendable {
    /// Of the prompt, read anew.
    public var input: Int64 = 0
    /// Of the prompt, from the provider's cache.
    public var cached: Int64 = 0
    /// Of the prompt, written to the provider's cache.
    public var cacheWritten: Int64 = 0
    /// Of the answer, reasoning included.
    public var output: Int64 = 0

    /// None.
    public init(input: Int64 = 0, cached: Int64 = 0, cacheWritten: Int64 = 0, output: Int64 = 0) {
        self.input = input
        self.cached = cached
        self.cacheWritten = cacheWritten
        self.output = output
    }

    /// All together; what does not fit counts as the most there is.
    public var total: Int64 {
        [input, cached, cacheWritten, output].reduce(0) {
            let (sum, overflow) = $0.addingReportingOverflow($1)
            return overflow ? .max : sum
        }
    }
}

/// What came back from a provider.
public struct ChatAnswer: Hashable, Sendable {
    /// What it amounts to.
    public enum Outcome: Hashable, Sendable {
        /// A whole text.
        case text(String)
        /// Cut off by the limit of tokens: nothing in it is acted on.
        case truncated
        /// The model, or its provider's filter, declined.
        case refused(String)
        /// Nothing but space.
        case blank
        /// The host or the provider reported an error.
        case failed(String)
        /// No answer of the expected format.
        case unreadable(String)
    }

    /// What it amounts to.
    public let outcome: Outcome
    /// nil when the answer does not say: then the reserved worst case is what it cost.
    public let usage: ChatUsage?

    /// Whether asking again may help.
    public var isRetryable: Bool { outcome == .blank }

    /// Reads an answer of a provider.
    ///
    /// - Parameters:
    ///   - status: HTTP status, or below 0 as in `rialto_responses_t.status`.
    ///   - body: Any bytes.
    public init(provider: ChatProvider, status: Int32, body: some Sequence<UInt8>) {
        guard let text = String(validating: body, as: UTF8.self) else {
            self.init(.unreadable("the body is no UTF-8"), nil)
            return
        }
        guard status == 200 else {
            self.init(.failed(ChatAnswer.failure(status: status, body: text)), nil)
            return
        }
        do {
            let node = try JSONText.strict(text)
            self = provider == .anthropic ? .anthropic(node) : .compatible(node)
        } catch {
            self.init(.unreadable("the body is no JSON: \(error.reason)"), nil)
        }
    }

    private init(_ outcome: Outcome, _ usage: ChatUsage?) {
        self.outcome = outcome
        self.usage = usage
    }

    private static func failure(status: Int32, body: String) -> String {
        switch status {
        case -1: return "the host refused the request"
        case -2: return "no answer"
        case -3: return "no answer in time"
        default: break
        }
        var said = ""
        if let node = try? JSONText.strict(body) {
            said = node["error"]?["message"]?.string ?? node["error"]?.string ?? ""
        }
        return "status \(status)" + (said.isEmpty ? "" : ": " + said.prefix(200))
    }

    // MARK: formats

    private static func compatible(_ node: JSONNode) -> ChatAnswer {
        let usage = node["usage"].flatMap(compatibleUsage)
        guard let choice = node["choices"]?.items.first, let message = choice["message"] else {
            return ChatAnswer(.unreadable("there is no message"), usage)
        }
        let finish = choice["finish_reason"]?.string ?? ""
        if let refusal = message["refusal"]?.string, !refusal.isEmpty {
            return ChatAnswer(.refused(String(refusal.prefix(200))), usage)
        }
        return ChatAnswer(outcome(of: message["content"]?.string ?? "", finish: finish), usage)
    }

    private static func anthropic(_ node: JSONNode) -> ChatAnswer {
        let usage = node["usage"].flatMap(anthropicUsage)
        guard case .list(let blocks)? = node["content"] else {
            return ChatAnswer(.unreadable("there is no content"), usage)
        }
        let text = blocks.filter { $0["type"]?.string == "text" }
            .compactMap { $0["text"]?.string }.joined()
        return ChatAnswer(
            outcome(of: text, finish: node["stop_reason"]?.string ?? ""), usage)
    }

    private static func outcome(of text: String, finish: String) -> Outcome {
        switch finish {
        case "length", "max_tokens", "model_context_window_exceeded": return .truncated
        case "content_filter", "refusal": return .refused(finish)
        case "stop", "end_turn", "stop_sequence": break
        default: return .unreadable("the finish \(finish.prefix(40)) is unknown")
        }
        return text.allSatisfy(\.isWhitespace) ? .blank : .text(text)
    }

    // MARK: usage

    private static func compatibleUsage(_ node: JSONNode) -> ChatUsage? {
        guard let prompt = count(node["prompt_tokens"]),
            let output = count(node["completion_tokens"])
        else { return nil }
        let cached =
            count(node["prompt_cache_hit_tokens"])
            ?? count(node["prompt_tokens_details"]?["cached_tokens"]) ?? 0
        guard cached <= prompt else { return nil }
        return ChatUsage(input: prompt - cached, cached: cached, output: output)
    }

    private static func anthropicUsage(_ node: JSONNode) -> ChatUsage? {
        guard let input = count(node["input_tokens"]), let output = count(node["output_tokens"])
        else { return nil }
        return ChatUsage(
            input: input, cached: count(node["cache_read_input_tokens"]) ?? 0,
            cacheWritten: count(node["cache_creation_input_tokens"]) ?? 0, output: output)
    }

    /// A count that is not below 0 and below a billion; anything else is none.
    private static func count(_ node: JSONNode?) -> Int64? {
        node?.integer.flatMap { (0..<1_000_000_000).contains($0) ? $0 : nil }
    }
}
