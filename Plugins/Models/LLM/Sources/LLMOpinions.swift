import RialtoKit
import RialtoLLM

/// What a language model has said in an earlier run, as forecasts at the times at which it was
/// known: so that the ensemble weighs it, and each role of a debate before and after it.
struct LLMOpinions: Model {
    static let info = PluginInfo(
        id: "org.rialto.llm-opinions", version: "1.0.0", name: "Opinions of a language model",
        summary: "Forecasts what a language model has said in a recorded run, when it said it.",
        author: "The Rialto authors", license: "Apache-2.0",
        parameters: [
            .required(1, "opinions", "Name of its file among files; see rialto llm opinions"),
            .choice(
                2, "who", [], initial: "", "Role of a debate; empty for who decided"),
            .choice(
                3, "when", ["last", "first"], initial: "last",
                "Of a role: after it has heard the others, or before"),
            .boolean(
                4, "in_sample", initial: false,
                "Whether it repeats what was said of a past that the model may have read: no "
                    + "evidence of anything"),
        ])

    /// One opinion.
    private struct Said {
        let time_ns: Int64
        let probability: Double
        let horizon_ns: Int64
    }

    /// By instrument, in order of time.
    private var said: [UInt32: [Said]] = [:]
    private var next: [UInt32: Int] = [:]

    init(_ setup: Setup) throws(PluginFailure) {
        guard let bytes = setup.resource(setup.text(1)) else {
            throw PluginFailure(
                "there is no file \(setup.text(1)); add what rialto llm opinions wrote to files")
        }
        let names = Dictionary(
            setup.instruments.map { ($0.name, $0.index) }, uniquingKeysWith: { first, _ in first })
        let who = setup.text(2), isLast = setup.text(3) == "last", isOpen = setup.boolean(4)
        var byQuestion: [String: (instrument: UInt32, said: Said)] = [:]
        for (number, line) in String(decoding: bytes, as: UTF8.self).split(separator: "\n")
            .enumerated()
        {
            guard let node = try? JSONText.strict(String(line)),
                let time = node["time_ns"]?.integer, let asked = node["asked_ns"]?.integer,
                let symbol = node["symbol"]?.string, let role = node["role"]?.string,
                let probability = LLMOpinions.number(node["prob_up"]),
                (0...1).contains(probability),
                let minutes = LLMOpinions.number(node["horizon_minutes"]), minutes > 0,
                minutes <= 1_000_000
            else { throw PluginFailure("line \(number + 1) of \(setup.text(1)) is no opinion") }
            guard role == who, let instrument = names[symbol] else { continue }
            // Where nobody knows what the model has read, it may have read everything.
            let until = node["knowledge_until_ns"]?.integer ?? .max
            guard isOpen || asked >= until else { continue }
            let key = "\(asked) \(symbol)"
            if !isLast, byQuestion[key] != nil { continue }
            byQuestion[key] = (
                instrument,
                Said(
                    time_ns: time, probability: probability,
                    horizon_ns: Int64(minutes * 60_000_000_000))
            )
        }
        for (instrument, said) in byQuestion.values {
            self.said[instrument, default: []].append(said)
        }
        for instrument in said.keys { said[instrument]?.sort { $0.time_ns < $1.time_ns } }
    }

    private static func number(_ node: JSONNode?) -> Double? {
        guard case .number(let digits)? = node else { return nil }
        return Double(digits)
    }

    var needs: [Need] { [.bars()] }

    mutating func onBar(_ bar: Bar, _ forecasts: inout Forecasts) {
        guard let list = said[bar.instrument] else { return }
        var at = next[bar.instrument] ?? 0
        let first = at
        while at < list.count, list[at].time_ns <= bar.time_ns { at += 1 }
        next[bar.instrument] = at
        guard at > first, !forecasts.isWarmUp else { return }
        let latest = list[at - 1]
        // What is old by the time of the bar is of another time.
        guard bar.time_ns - latest.time_ns < latest.horizon_ns else { return }
        forecasts.probabilityUp(
            bar.instrument, latest.probability, horizon_ns: latest.horizon_ns)
    }
}
