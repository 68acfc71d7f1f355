import Foundation

/// What the strategies of a run that asked language models have asked, paid for and been told.
package struct LanguageRuns {
    /// One strategy that asked.
    package struct Entry {
        /// Index of the instance in the run.
        package let instance: Int
        /// Requests that were sent, or answered from a recording.
        package private(set) var calls = 0
        /// Requests that the host refused.
        package private(set) var refusedCalls = 0
        /// Tokens in the end, with those of calls whose use nobody knows at their most.
        package private(set) var tokens: Int64 = 0
        /// Money in the end, in units of 10^-12, likewise.
        package private(set) var cost: Int64 = 0
        /// Calls whose answer could be read.
        package private(set) var answers = 0
        /// Calls that ended in anything else, silence, garbage, too late, and questions that no
        /// budget was left for.
        package private(set) var failures = 0
        package private(set) var decisions = 0
        /// Decisions that were not acted on.
        package private(set) var refused = 0
        /// When the model's training had ended, Unix nanoseconds UTC; nil where nobody said.
        package private(set) var knowledgeUntil_ns: Int64?
        /// What its prompts hid: `none`, `symbols`, `dates` or `both`.
        package private(set) var mask = "none"
        /// What was said of the future, in order of time.
        package private(set) var opinions: [Opinion] = []

        fileprivate init(instance: Int) { self.instance = instance }

        fileprivate mutating func take(status: Int64) {
            if status == -1 { refusedCalls += 1 } else { calls += 1 }
        }

        fileprivate mutating func take(_ line: LogLine) {
            tokens = line.spent_tokens ?? tokens
            cost = line.spent_e12 ?? cost
            knowledgeUntil_ns = line.knowledge_until_ns ?? knowledgeUntil_ns
            mask = line.mask ?? mask
            if let outcome = line.outcome {
                if outcome == "read" { answers += 1 } else { failures += 1 }
            }
            decisions += line.decisions?.count ?? 0
            refused += line.decisions?.count { $0.refused != nil } ?? 0
            guard let time = line.time_ns, let asked = line.asked_ns else { return }
            if let role = line.role, let symbol = line.symbol {
                add(time, asked, role, symbol, line.prob_up, line.horizon_minutes)
            }
            for decision in line.decisions ?? [] {
                add(time, asked, "", decision.symbol, decision.prob_up, decision.horizon_minutes)
            }
        }

        private mutating func add(
            _ time: Int64, _ asked: Int64, _ role: String, _ symbol: String, _ chance: Double?,
            _ horizon: Double?
        ) {
            guard let chance, let horizon, (0...1).contains(chance), horizon > 0 else { return }
            opinions.append(
                Opinion(
                    time_ns: time, asked_ns: asked, role: role, symbol: symbol, prob_up: chance,
                    horizon_minutes: horizon, knowledge_until_ns: knowledgeUntil_ns))
        }
    }

    /// What was said of one instrument, and when it was known.
    package struct Opinion: Codable, Equatable, Sendable {
        package let time_ns: Int64
        /// When it was asked for: opinions of one question have the same.
        package let asked_ns: Int64
        /// Empty for who decided.
        package let role: String
        package let symbol: String
        package let prob_up: Double
        package let horizon_minutes: Double
        /// When the model's training had ended; nil where nobody said.
        package let knowledge_until_ns: Int64?
    }

    /// A line of a decision log, as far as it is read.
    fileprivate struct LogLine: Decodable {
        struct Decision: Decodable {
            let symbol: String
            let prob_up: Double?
            let horizon_minutes: Double?
            let refused: String?
        }

        let time_ns: Int64?
        let asked_ns: Int64?
        let outcome: String?
        let role: String?
        let symbol: String?
        let prob_up: Double?
        let horizon_minutes: Double?
        let decisions: [Decision]?
        let spent_tokens: Int64?
        let spent_e12: Int64?
        let knowledge_until_ns: Int64?
        let mask: String?
    }

    /// In the order of the run.
    package let entries: [Entry]

    /// Kind of a note among intents.
    private static let note: Int64 = 7

    /// - Parameter tables: Of one run.
    package init(_ tables: RunTables) {
        var found: [Int: Entry] = [:]
        let answers = tables["responses"], askers = answers.integers("instance")
        let status = answers.integers("status")
        for row in 0..<answers.count {
            found[Int(askers[row]), default: Entry(instance: Int(askers[row]))]
                .take(status: status[row])
        }
        guard !found.isEmpty else {
            entries = []
            return
        }
        let intents = tables["intents"], kinds = intents.integers("kind")
        let owners = intents.integers("instance"), places = intents.integers("text")
        let texts = tables["texts"].texts("text"), decoder = JSONDecoder()
        for row in 0..<intents.count where kinds[row] == Self.note {
            let owner = Int(owners[row]), place = Int(places[row])
            guard found[owner] != nil, texts.indices.contains(place),
                let line = try? decoder.decode(LogLine.self, from: Data(texts[place].utf8))
            else { continue }
            found[owner]?.take(line)
        }
        entries = found.values.sorted { $0.instance < $1.instance }
    }
}
