import Foundation
import RialtoAnalytics
import RialtoBacktest
import RialtoText
import RialtoValues

/// What a build of a plugin made of a run, small enough to be kept and compared.
struct DevResult: Codable, Equatable {
    /// An account's equity at the end, as an exact decimal.
    struct Book: Codable, Equatable {
        let id: String
        let equity: String
        let fills: Int
    }

    let sha256: String
    let digest: String
    let books: [Book]
    /// Intents in all.
    let count: Int
    /// The first of them, as words: time, instance, what.
    let intents: [String]

    /// Intents that are kept one by one; of more, their number alone is compared.
    private static let intentsMax = 50_000
    /// Largest file that is read back.
    private static let sizeMax = 64 << 20

    init(_ tables: RunTables, _ outcome: BacktestOutcome, sha256: String) {
        let table = tables["intents"]
        let columns = [
            "kind", "instrument", "terms", "quantity", "price", "trigger", "stop", "take_profit",
        ].map { table.integers($0) }
        let times = table.integers("time_ns"), owners = table.integers("instance")
        let names = outcome.instances.map(\.instance)
        intents = (0..<min(table.count, Self.intentsMax)).map { row in
            let owner = Int(owners[row])
            return
                ([
                    UnixTime.text(times[row]), names.indices.contains(owner) ? names[owner] : "",
                ] + columns.map { String($0[row]) }).joined(separator: " ")
        }
        count = table.count
        self.sha256 = sha256
        digest = outcome.digest
        books = RunSummary(tables).accounts.map {
            Book(
                id: $0.id, equity: ExactDecimal.shortText($0.end, decimals: 18),
                fills: $0.trading.fills)
        }
    }

    /// Reads what ``bytes`` gave; nil when there is none, or it is damaged.
    static func read(_ path: String) -> DevResult? {
        guard let bytes = try? TextFile.read(path, limit: sizeMax) else { return nil }
        return try? JSONDecoder().decode(DevResult.self, from: Data(bytes))
    }

    var bytes: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return [UInt8]((try? encoder.encode(self)) ?? Data())
    }

    /// Index of the first intent that is another than then; nil when those that are kept are equal.
    private func firstOther(_ last: DevResult) -> Int? {
        if let index = zip(intents, last.intents).enumerated().first(where: { $1.0 != $1.1 })?.0 {
            return index
        }
        return intents.count == last.intents.count ? nil : min(intents.count, last.intents.count)
    }

    /// What is different, in a few lines.
    func difference(from last: DevResult?) -> [String] {
        guard let last else {
            return ["first good build: \(count) intents"]
                + books.map {
                    "  \($0.id): equity \($0.equity), \($0.fills) fills"
                }
        }
        guard last.digest != digest || last.intents != intents else {
            return ["same as the last good build: \(count) intents, digest \(digest.prefix(8))"]
        }
        var lines = ["intents \(last.count) -> \(count)"]
        if let index = firstOther(last) {
            func word(_ list: [String]) -> String { index < list.count ? list[index] : "none" }
            lines.append("  equal up to \(index), then was \(word(last.intents))")
            lines.append("  and is now            \(word(intents))")
        }
        for book in books {
            let old = last.books.first { $0.id == book.id }
            lines.append(
                "\(book.id): equity \(old?.equity ?? "-") -> \(book.equity), fills "
                    + "\(old.map { String($0.fills) } ?? "-") -> \(book.fills)")
        }
        return lines
    }

    /// The same for a program.
    func json(against last: DevResult?) -> JSON {
        .object([
            .init("sha256", .text(sha256)), .init("digest", .text(digest)),
            .init("same", last.map { .flag($0.digest == digest) } ?? .null),
            .init("intents", .integer(Int64(count))),
            .init("intents_before", last.map { .integer(Int64($0.count)) } ?? .null),
            .init(
                "first_difference",
                last.flatMap { firstOther($0) }.map { .integer(Int64($0)) } ?? .null),
            .init(
                "equity",
                .object(books.map { .init($0.id, .text($0.equity)) })),
            .init(
                "equity_before",
                last.map { .object($0.books.map { .init($0.id, .text($0.equity)) }) } ?? .null),
        ])
    }
}
