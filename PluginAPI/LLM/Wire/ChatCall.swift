/// Who answers, and in which format.
public enum ChatProvider: String, Hashable, Sendable, CaseIterable, Codable {
    /// api.openai.com.
    case openAI = "openai"
    /// api.deepseek.com: JSON without a schema.
    case deepSeek = "deepseek"
    /// Alibaba's Model Studio, in its compatible mode.
    case qwen
    /// A local server; it needs no key.
    case ollama
    /// api.anthropic.com, messages format.
    case anthropic

    /// Where it listens, unless the operator says otherwise.
    public var base: String {
        switch self {
        case .openAI: "https://api.openai.com"
        case .deepSeek: "https://api.deepseek.com"
        case .qwen: "https://dashscope-intl.aliyuncs.com"
        case .ollama: "http://127.0.0.1:11434"
        case .anthropic: "https://api.anthropic.com"
        }
    }

    /// Path of a call, without query.
    public var path: String {
        switch self {
        case .openAI, .ollama: "/v1/chat/completions"
        case .deepSeek: "/chat/completions"
        case .qwen: "/compatible-mode/v1/chat/completions"
        case .anthropic: "/v1/messages"
        }
    }
}

/// How a model is asked: the same for all calls of a run.
public struct ChatSettings: Hashable, Sendable, Codable {
    /// Format and place.
    public var provider: ChatProvider
    /// The provider's own name of the model.
    public var model: String
    /// Most tokens of an answer, above 0; what a call costs at most follows from it.
    public var tokensMax: Int64
    /// 0...2, of Anthropic 0...1; nil leaves the provider's own.
    public var temperature: Double?
    /// For providers that know one.
    public var seed: Int64?
    /// Whether this model of Qwen knows schemas; older ones know JSON only.
    public var knowsSchema: Bool

    public init(
        provider: ChatProvider, model: String, tokensMax: Int64, temperature: Double? = nil,
        seed: Int64? = nil, knowsSchema: Bool = true
    ) {
        self.provider = provider
        self.model = model
        self.tokensMax = tokensMax
        self.temperature = temperature
        self.seed = seed
        self.knowsSchema = knowsSchema
    }
}

/// One call: what is sent is a pure function of it.
public struct ChatCall: Hashable, Sendable, Codable {
    /// Name under which the operator keeps the key; the host fills it in.
    public static let keyPlaceholder = "{{llm-key}}"

    /// How the model is asked.
    public let settings: ChatSettings
    /// What it is asked.
    public let prompt: Prompt
    /// An earlier answer and what was wrong with it; nil at the first attempt.
    public let correction: Correction?

    /// An answer that broke the rules.
    public struct Correction: Hashable, Sendable, Codable {
        /// As it came.
        public let answer: String
        /// For the model.
        public let fault: String

        public init(answer: String, fault: String) {
            self.answer = answer
            self.fault = fault
        }
    }

    public init(settings: ChatSettings, prompt: Prompt, correction: Correction? = nil) {
        self.settings = settings
        self.prompt = prompt
        self.correction = correction
    }

    /// Header lines, with a placeholder for the key.
    public var headers: [String] {
        switch settings.provider {
        case .ollama: return ["content-type: application/json"]
        case .anthropic:
            return [
                "content-type: application/json", "anthropic-version: 2023-06-01",
                "anthropic-beta: structured-outputs-2025-11-13",
                "x-api-key: \(ChatCall.keyPlaceholder)",
            ]
        default:
            return [
                "content-type: application/json",
                "authorization: Bearer \(ChatCall.keyPlaceholder)",
            ]
        }
    }

    /// The body: equal calls have equal bytes.
    public var body: String {
        settings.provider == .anthropic ? anthropicBody.line : compatibleBody.line
    }

    /// An upper bound of the tokens of the prompt: no tokenizer makes more tokens than bytes, and
    /// a few stand around each message.
    public var promptTokensMax: Int64 { Int64(body.utf8.count) + 64 }

    // MARK: bodies

    private var compatibleBody: JSONNode {
        var members: [JSONNode.Member] = [
            .init("model", .text(settings.model)),
            .init(
                "messages",
                .list([message("system", system)] + turns)),
            .init(
                settings.provider == .openAI ? "max_completion_tokens" : "max_tokens",
                .integer(settings.tokensMax)),
            .init("stream", .flag(false)),
        ]
        if let temperature = settings.temperature {
            members.append(.init("temperature", .real(temperature)))
        }
        if let seed = settings.seed, settings.provider != .deepSeek {
            members.append(.init("seed", .integer(seed)))
        }
        members.append(.init("response_format", format))
        return .object(members)
    }

    private var anthropicBody: JSONNode {
        var members: [JSONNode.Member] = [
            .init("model", .text(settings.model)),
            .init("max_tokens", .integer(settings.tokensMax)),
            .init("system", .text(system)),
            .init("messages", .list(turns)),
        ]
        if let temperature = settings.temperature {
            members.append(.init("temperature", .real(min(temperature, 1))))
        }
        members.append(
            .init(
                "output_format",
                .object([
                    .init("type", .text("json_schema")), .init("schema", prompt.form.schema),
                ])))
        return .object(members)
    }

    private var turns: [JSONNode] {
        let first = message("user", prompt.user)
        guard let correction else { return [first] }
        let fault = "Your answer was refused: \(correction.fault). Answer again."
        return [first, message("assistant", correction.answer), message("user", fault)]
    }

    private func message(_ role: String, _ text: String) -> JSONNode {
        .object([.init("role", .text(role)), .init("content", .text(text))])
    }

    /// Whether the provider holds the answer to the schema, and does not only promise JSON.
    private var sendsSchema: Bool {
        switch settings.provider {
        case .openAI, .ollama, .anthropic: true
        case .deepSeek: false
        case .qwen: settings.knowsSchema
        }
    }

    /// A provider without schemas is shown an example; it must read the word JSON.
    private var system: String {
        sendsSchema ? prompt.system : prompt.system + "\n" + prompt.form.example + "\n"
    }

    private var format: JSONNode {
        guard sendsSchema else { return .object([.init("type", .text("json_object"))]) }
        return .object([
            .init("type", .text("json_schema")),
            .init(
                "json_schema",
                .object([
                    .init("name", .text(prompt.form.name)), .init("strict", .flag(true)),
                    .init("schema", prompt.form.schema),
                ])),
        ])
    }
}
