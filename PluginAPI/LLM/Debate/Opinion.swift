/// What a role expects of one instrument.
public struct Opinion: Hashable, Sendable, Codable {
    /// The instrument's place in the snapshot.
    public let instrument: Int
    /// Probability that the price is higher after `horizonMinutes`, 0...1.
    public let probabilityUp: Double
    /// Above 0.
    public let horizonMinutes: Double
    /// For the other roles; at most 300 Unicode scalars.
    public let argument: String

    /// Longest argument, in Unicode scalars.
    public static let argumentMax = 300

    /// Reads the opinions in a model's text; none when they cannot be read, are about another time
    /// or say two things of one instrument.
    public static func read(_ text: String, of snapshot: MarketSnapshot) -> [Opinion] {
        guard text.utf8.count <= AnswerReader.sizeMax, let node = node(in: text),
            node["as_of"]?.string == snapshot.asOf
        else { return [] }
        let names = SymbolIndex(snapshot)
        let found = (node["opinions"]?.items ?? []).prefix(AnswerReader.decisionsMax)
            .compactMap { opinion($0, names) }
        return found.filter { opinion in
            found.count { $0.instrument == opinion.instrument } == 1
        }
    }

    /// The same of the instrument in another place.
    func moved(to place: Int) -> Opinion {
        Opinion(
            instrument: place, probabilityUp: probabilityUp, horizonMinutes: horizonMinutes,
            argument: argument)
    }

    /// The last value in the text that holds opinions.
    private static func node(in text: String) -> JSONNode? {
        if let node = try? JSONText.strict(text) { return node }
        guard case .candidates(let all) = AnswerText.find(in: Array(text.unicodeScalars)) else {
            return nil
        }
        return all.lazy.compactMap { try? JSONText.tolerant(Array($0)).value }
            .first { $0["opinions"] != nil }
    }

    private static func opinion(_ node: JSONNode, _ names: SymbolIndex) -> Opinion? {
        guard let symbol = node["symbol"]?.string, let place = names.place(of: symbol),
            let chance = number(node, "prob_up", percentOf: 100), (0...1).contains(chance),
            let horizon = number(node, "horizon_minutes", percentOf: nil),
            horizon > 0, horizon <= 10_080
        else { return nil }
        let argument = (node["argument"]?.string ?? "").unicodeScalars.prefix(argumentMax)
        return Opinion(
            instrument: place, probabilityUp: chance, horizonMinutes: horizon,
            argument: String(String.UnicodeScalarView(argument)))
    }

    private static func number(
        _ node: JSONNode, _ name: String, percentOf: Double?
    ) -> Double? {
        guard let value = node[name] else { return nil }
        return (try? NumberField(name: name, percentOf: percentOf).read(value)) ?? nil
    }
}

/// Who takes part in a debate.
public struct DebateRole: Hashable, Sendable {
    /// Names its opinions for whoever scores them; the others never see it.
    public let name: String
    /// What it is told to look at.
    public let brief: String

    public init(name: String, brief: String) {
        self.name = name
        self.brief = brief
    }

    /// Analyst, sentiment, trader, risk.
    public static let standard = [
        DebateRole(name: "analyst", brief: "Look at trend, momentum and volatility only."),
        DebateRole(
            name: "sentiment",
            brief: "Look at funding, open interest and quoted texts: who is crowded where?"),
        DebateRole(name: "trader", brief: "Look at entries, exits and what waiting costs."),
        DebateRole(name: "risk", brief: "Look at what can go wrong, and how likely it is."),
    ]
}

/// An opinion with who gave it, and when in the debate.
public struct RoleOpinion: Hashable, Sendable {
    /// Name of the role.
    public let role: String
    /// 0 before anybody was heard.
    public let round: Int
    /// What it expects.
    public let opinion: Opinion
}

/// Whether a debate pays: how far each role's opinions were off before and after it.
public struct DebateTally: Hashable, Sendable {
    /// Of one role.
    public struct Score: Hashable, Sendable {
        /// Mean squared distance from what came, 0...1, before the debate.
        public var before = 0.0
        /// After it.
        public var after = 0.0
        /// Opinions that both are means of.
        public var count = 0

        /// By how much the debate brought the role nearer; below 0 it led it astray.
        public var gain: Double { before - after }
    }

    /// By name of the role.
    public private(set) var scores: [String: Score] = [:]

    /// A tally of nothing.
    public init() {}

    /// Counts a role's first and last opinion of one instrument.
    ///
    /// - Parameter wentUp: Whether the price was higher at the horizon.
    public mutating func add(role: String, before: Double, after: Double, wentUp: Bool) {
        precondition((0...1).contains(before) && (0...1).contains(after), "chances are 0...1")
        let came = wentUp ? 1.0 : 0.0
        var score = scores[role] ?? Score()
        score.count += 1
        score.before += ((before - came) * (before - came) - score.before) / Double(score.count)
        score.after += ((after - came) * (after - came) - score.after) / Double(score.count)
        scores[role] = score
    }
}
