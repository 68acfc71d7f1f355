/// The prompts of a debate over one snapshot. Nobody sees who said what.
struct DebatePrompts {
    let template: Nof1Template

    /// Name and version.
    static let id = "nof1-debate/1"

    /// What a role is asked before it has heard anybody, or after.
    func opinion(
        of role: DebateRole, on snapshot: MarketSnapshot, heard: [Opinion]
    ) -> Prompt {
        let system = """
            You are one of several independent forecasters of the coins below. \(role.brief)
            Give for each coin your probability that its price is higher after the horizon that \
            you choose, and one argument of at most 300 characters. 0.5 is fine: most of the time \
            nobody knows. Others' arguments may be wrong; change your mind only for a reason.
            Answer with one JSON object of the given schema and nothing else. Repeat as_of exactly.

            """
        return Prompt(
            template: DebatePrompts.id, system: system,
            user: template.prompt(of: snapshot).user + arguments(heard, snapshot), form: .opinions)
    }

    /// What the judge is asked: the decisions, in the form that a single model would give them.
    func judgement(on snapshot: MarketSnapshot, heard: [Opinion]) -> Prompt {
        let plain = template.prompt(of: snapshot)
        return Prompt(
            template: DebatePrompts.id, system: plain.system,
            user: plain.user + arguments(heard, snapshot), form: .decisions)
    }

    /// Arguments as quoted material, without names.
    private func arguments(_ heard: [Opinion], _ snapshot: MarketSnapshot) -> String {
        guard !heard.isEmpty else { return "" }
        let lines = heard.map { opinion in
            "\(snapshot.coins[opinion.instrument].symbol), prob_up "
                + FixedText.number(opinion.probabilityUp, decimals: 2) + " after "
                + FixedText.number(opinion.horizonMinutes, decimals: 0) + " minutes: "
                + opinion.argument.filter { !$0.isNewline }
        }
        return "\n" + Prompt.quoted(lines.joined(separator: "\n"), source: "other forecasters")
    }
}
