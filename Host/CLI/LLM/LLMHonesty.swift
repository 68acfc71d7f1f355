import RialtoAnalytics
import RialtoBacktest

/// What the results of language models are worth: how much of the run they may have read about, and
/// how they did in the rest.
struct LLMHonesty {
    /// Of one strategy that asked.
    struct Line {
        let book: BookSummary
        let knowledge: LanguageKnowledge
        /// Of the part that the model cannot have read about; nil without one.
        let unread: Performance?
        /// What prompts hid.
        let mask: String
    }

    private let lines: [Int: Line]

    init(_ entries: [LanguageRuns.Entry], _ summary: RunSummary, _ tables: RunTables) {
        let sampling = tables["run"].integers("sampling_ns").first ?? 86_400_000_000_000
        lines = Dictionary(
            uniqueKeysWithValues: entries.map { entry in
                let knowledge = LanguageKnowledge(of: entry, in: tables)
                let book = summary.instances[entry.instance]
                let unread = knowledge.unread(book.curve).map {
                    Performance($0, Annualisation(.everyDay, interval: sampling))
                }
                return (
                    entry.instance,
                    Line(book: book, knowledge: knowledge, unread: unread, mask: entry.mask)
                )
            })
    }

    /// Columns beside those of a strategy's whole run.
    static let columns: [Table.Column] = [
        .init("mask"), .init("knowledge_until", "knows until"),
        .init("contaminated", "read %"), .init("clean_return", "return % after"),
        .init("clean_sharpe", "sharpe after"), .init("clean_max_drawdown", "drawdown % after"),
    ]

    /// The cells of ``columns``.
    func cells(_ instance: Int) -> [Cell] {
        guard let line = lines[instance] else { return Self.columns.map { _ in .none } }
        return [
            .text(line.mask), line.knowledge.until_ns.map { .time($0) } ?? .none,
            line.knowledge.share.map { .percent($0) } ?? .none,
            line.unread?.totalReturn.map { .percent($0) } ?? .none,
            line.unread?.sharpe.map { .number($0, decimals: 2) } ?? .none,
            line.unread?.drawdown.map { .percent($0.depth) } ?? .none,
        ]
    }

    /// What it means, in a sentence.
    func sentence(_ instance: Int) -> String { lines[instance]?.knowledge.sentence ?? "" }

    /// Prints the whole beside the part that is left, for a run that asked; nothing otherwise.
    func print(to console: Console) {
        guard !lines.isEmpty else { return }
        let ordered = lines.sorted { $0.key < $1.key }
        let table = Table(
            [.init("account"), .init("strategy"), .init("return", "return %"), .init("sharpe")]
                + Self.columns + (console.isJSON ? [.init("honesty")] : []),
            rows: ordered.map { instance, line in
                [
                    .text(line.book.account), .text(line.book.id),
                    line.book.performance.totalReturn.map { .percent($0) } ?? .none,
                    line.book.performance.sharpe.map { .number($0, decimals: 2) } ?? .none,
                ] + cells(instance)
                    + (console.isJSON ? [.text(line.knowledge.sentence)] : [])
            })
        table.print(to: console)
        tell(console)
        console.line()
    }

    /// Prints a sentence for each strategy; nothing for programs.
    func tell(_ console: Console) {
        for (_, line) in lines.sorted(by: { $0.key < $1.key }) {
            console.line("\(line.book.account)/\(line.book.id): \(line.knowledge.sentence)")
        }
    }
}
