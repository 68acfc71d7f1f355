import RialtoKit
import RialtoLLM

/// What the run file says, checked.
struct Settings {
    let provider: ChatProvider
    /// Scheme, host and port.
    let base: String
    let interval_ns: Int64
    /// nil asks one model alone.
    let debateRounds: Int?
    private let chat: ChatSettings
    private let template: Nof1Template
    private let prices: PriceTable
    private let limits: SpendLimits
    private let patience_ns: Int64
    private let retriesMax: Int64
    /// When the model's training had ended, Unix nanoseconds UTC; nil when nobody knows.
    private let knowledgeUntil_ns: Int64?
    private let mask: MaskKind

    init(_ setup: Setup) throws(PluginFailure) {
        provider = ChatProvider(rawValue: setup.text(1)) ?? .openAI
        let address = setup.text(3)
        base = address.isEmpty ? provider.base : address
        interval_ns = setup.integer(4)
        patience_ns = setup.integer(5)
        let temperature = setup.number(7)
        chat = ChatSettings(
            provider: provider, model: setup.text(2), tokensMax: setup.integer(6),
            temperature: temperature < 0 ? nil : temperature)
        retriesMax = setup.integer(8)
        template = Nof1Template(
            rules: Settings.rules(setup),
            costs: CostNumbers(fee_bps: setup.number(20), slippage_bps: setup.number(21)))
        debateRounds = setup.text(50) == "debate" ? Int(setup.integer(51)) : nil
        prices = try Settings.prices(setup, provider)
        limits = try Settings.limits(setup)
        knowledgeUntil_ns = try Settings.knowledgeUntil(setup.text(53))
        mask = MaskKind(rawValue: setup.text(54)) ?? .none
    }

    private static func knowledgeUntil(_ text: String) throws(PluginFailure) -> Int64? {
        guard !text.isEmpty else { return nil }
        guard let end_ns = TimeText.end(of: text) else {
            throw PluginFailure(
                "knowledge_until is \(text); give the last day of the model's training data, such "
                    + "as 2024-07-31")
        }
        return end_ns
    }

    /// What every note says of the model.
    var marks: [JSONNode.Member] {
        let until = knowledgeUntil_ns.map {
            JSONNode.Member("knowledge_until_ns", .integer($0))
        }
        let hidden = mask == .none ? nil : JSONNode.Member("mask", .text(mask.rawValue))
        return [until, hidden].compactMap(\.self)
    }

    private static func rules(_ setup: Setup) -> DecisionRules {
        var rules = DecisionRules()
        rules.leverageMax = setup.number(10)
        rules.sizeFractionMax = setup.number(11)
        rules.sizeFractionTotalMax = setup.number(12)
        rules.allowsShort = setup.boolean(13)
        rules.requiresStop = setup.boolean(14)
        rules.stopDistanceMax = setup.number(15)
        rules.rewardOverRiskMin = setup.number(16)
        rules.confidenceMin = setup.number(17)
        return rules
    }

    /// A price of nothing is no limit on money: only a server of one's own costs nothing.
    private static func prices(
        _ setup: Setup, _ provider: ChatProvider
    ) throws(PluginFailure) -> PriceTable {
        func price(_ id: UInt32, _ name: String) throws(PluginFailure) -> TinyMoney {
            guard let price = setup.decimal(id).rescaled(to: 6) else {
                throw PluginFailure("\(name) has more than six decimals")
            }
            return price
        }
        let input = try price(40, "price_input"), output = try price(43, "price_output")
        guard provider == .ollama || (input > 0 && output > 0) else {
            throw PluginFailure(
                "price_input and price_output are what \(provider.rawValue) asks for a million "
                    + "tokens, above 0; without them no budget can hold")
        }
        let cached = try price(41, "price_cached"), written = try price(42, "price_cache_write")
        return PriceTable([
            TokenPrice(
                from_ns: .min, input: input, cached: cached > 0 ? cached : input,
                cacheWritten: written > 0 ? written : input, output: output)
        ])
    }

    private static func limits(_ setup: Setup) throws(PluginFailure) -> SpendLimits {
        func limit(
            _ money: UInt32, _ tokens: UInt32, _ name: String
        ) throws(PluginFailure) -> SpendLimits.Limit {
            guard let most = setup.decimal(money).rescaled(to: 12) else {
                throw PluginFailure("\(name) is above what can be counted, 9 million")
            }
            return SpendLimits.Limit(tokens: setup.integer(tokens), money: most)
        }
        let day = try limit(31, 34, "day_money")
        return SpendLimits(
            call: SpendLimits.Limit(
                tokens: .max, money: try limit(30, 34, "call_money").money),
            hour: day, day: day, run: try limit(32, 33, "run_money"))
    }

    /// One model that decides alone.
    func desk(seed: UInt64) -> DecisionDesk {
        var settings = DecisionDesk.Settings(
            chat: chat, template: template, prices: prices, limits: limits)
        settings.interval_ns = interval_ns
        settings.patience_ns = patience_ns
        settings.retriesMax = retriesMax
        settings.mask = mask
        settings.maskSeed = seed
        return DecisionDesk(settings: settings, seed: seed)
    }

    /// Roles that debate, and a judge.
    func debate(rounds: Int, seed: UInt64) -> DebateDesk {
        var settings = DebateDesk.Settings(
            chat: chat, template: template, prices: prices, limits: limits)
        settings.rounds = rounds
        settings.interval_ns = interval_ns
        settings.patience_ns = patience_ns
        settings.mask = mask
        settings.maskSeed = seed
        return DebateDesk(settings: settings)
    }
}

extension Settings {
    private static let minute: Int64 = 60_000_000_000

    private static func money(
        _ id: UInt32, _ name: String, _ initial: Int64, decimals: Int = 0, _ summary: String
    ) -> Parameter {
        .decimal(
            id, name, lowest: DecimalValue(units: 0, decimals: 0),
            highest: DecimalValue(units: 1_000_000, decimals: 0),
            initial: DecimalValue(units: initial, decimals: decimals), unit: "money", summary)
    }

    static let parameters: [Parameter] =
        asked + limits + budgets + [
            .choice(
                50, "roles", ["single", "debate"], initial: "single",
                "One model alone, or four roles that debate before a judge decides"),
            .integer(51, "rounds", 0...3, initial: 1, "How often each role hears the others"),
            .boolean(
                52, "derivatives", initial: false,
                "Shows funding and open interest; the run must have both"),
            .choice(
                53, "knowledge_until", [], initial: "",
                "Last day of the model's training data, such as 2024-07-31; empty where unknown"),
            .choice(
                54, "mask", MaskKind.allCases.map(\.rawValue), initial: "none",
                "What prompts hide, so that the model cannot recall the past"),
        ]

    private static let asked: [Parameter] = [
        .choice(
            1, "provider", ChatProvider.allCases.map(\.rawValue), initial: "openai",
            "Format that is spoken, and who is asked unless address says otherwise"),
        .required(2, "model", "The provider's own name of the model"),
        .choice(
            3, "address", [], initial: "",
            "Scheme, host and port of a server with that format, such as http://127.0.0.1:8080"),
        .duration(
            4, "interval", minute...1440 * minute, initial: 3 * minute, "Between two questions"),
        .duration(
            5, "patience", 1_000_000_000...60 * minute, initial: 2 * minute,
            "After which an answer is too late"),
        .integer(6, "max_tokens", 64...100_000, initial: 4000, "Most tokens of an answer"),
        .number(
            7, "temperature", -1...2, initial: 0, "Below 0 leaves it to the provider"),
        .integer(8, "retries", 0...2, initial: 2, "Attempts after the first; each is paid for"),
    ]

    private static let limits: [Parameter] = [
        .number(10, "leverage_max", 1...100, initial: 1, "Highest leverage; more is lowered"),
        .number(
            11, "size_max", 0.001...1, initial: 0.25,
            "Most margin of one position, as a share of equity; more is lowered"),
        .number(
            12, "size_total_max", 0.001...1, initial: 0.8,
            "Most margin of all openings of one answer; what goes beyond is refused"),
        .boolean(13, "allow_short", initial: false, "Whether shorts may be opened"),
        .boolean(14, "require_stop", initial: true, "Whether an opening must have a stop"),
        .number(
            15, "stop_distance_max", 0.001...0.9, initial: 0.2,
            "Farthest stop, as a share of the price"),
        .number(16, "reward_over_risk", 0...100, initial: 0, "Least; 0 asks for none"),
        .number(17, "confidence_min", 0...1, initial: 0, "Least confidence of an opening"),
        .number(20, "fee", 0...1000, initial: 5, unit: "bps", "What the model is told of fees"),
        .number(
            21, "slippage", 0...1000, initial: 2, unit: "bps", "What it is told of slippage"),
    ]

    private static let budgets: [Parameter] = [
        money(30, "call_money", 1, "Most that one call may cost"),
        money(31, "day_money", 10, "Most in any 24 hours"),
        money(32, "run_money", 10, "Most in the whole run"),
        .integer(
            33, "run_tokens", 0...1_000_000_000_000, initial: 10_000_000, "Most in the run"),
        .integer(
            34, "day_tokens", 0...1_000_000_000_000, initial: 10_000_000,
            "Most in any 24 hours"),
        money(40, "price_input", 0, "Of a million tokens of the prompt"),
        money(41, "price_cached", 0, "Of those out of the provider's cache; 0 as price_input"),
        money(42, "price_cache_write", 0, "Of those into that cache; 0 as price_input"),
        money(43, "price_output", 0, "Of a million tokens of the answer"),
    ]
}
