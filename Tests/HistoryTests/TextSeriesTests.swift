import Foundation
import RialtoHistory
import RialtoValues
import Testing

private func item(
    _ minute: Int64, _ id: String = "a", _ title: String = "Bitcoin rises", about: String = "",
    body: String = ""
) -> TextItem {
    TextItem(
        time_ns: minute * minute_ns, venue_time_ns: minute * minute_ns - 7, instrument: about,
        source: "wire", author: "", title: title, body: body, id: id)
}

private func random(_ count: Int, using random: inout SeededGenerator) -> [TextItem] {
    let words = ["", "a", "比特币上涨", "naïve \u{1F680}", "plain words"]
    return (0..<count).map { number in
        TextItem(
            time_ns: .random(in: 0...50, using: &random) * minute_ns,
            venue_time_ns: .random(in: -50...50, using: &random),
            instrument: ["", "BTC/USD", "ETH/USD"].randomElement(using: &random) ?? "",
            source: words.randomElement(using: &random) ?? "",
            author: words.randomElement(using: &random) ?? "", title: "title \(number % 7)",
            body: String(
                repeating: words.randomElement(using: &random) ?? "",
                count: .random(in: 0...40, using: &random)),
            id: "id \(number % 11)")
    }
}

@Suite struct `A series of texts` {
    @Test func `gives back what was added, in the order in which it could be known`() throws {
        try inTemporaryFolder { path in
            let folder = HistoryFolder(path: path)
            for seed in UInt64(0)..<20 {
                var generator = SeededGenerator(seed: seed)
                let items = random(Int(seed * 4), using: &generator)
                let name = "news-\(seed)", done = try folder.append(items, to: name)
                let series = try folder.openTexts(name)
                #expect(series.count == done.added && done.rows == done.added)
                #expect(done.added + done.repeated == items.count)
                #expect(Set(series.items).isSubset(of: items))
                let times = series.items.map(\.time_ns)
                #expect(times == times.sorted())
                for minute in Int64(-1)...51 {
                    let first = series.index(atOrAfter: minute * minute_ns)
                    #expect(times[..<first].allSatisfy { $0 < minute * minute_ns })
                    #expect(times[first...].allSatisfy { $0 >= minute * minute_ns })
                }
                let again = try folder.append(items.shuffled(using: &generator), to: name)
                #expect(again.rows >= series.count, "rows are never taken away")
            }
            #expect(try folder.scanTexts().series.count == 20)
            #expect(try folder.list().isEmpty, "they are no series of the market")
        }
    }

    @Test func `has an item once, and a changed one once more from its own time on`() throws {
        try inTemporaryFolder { path in
            let folder = HistoryFolder(path: path)
            #expect(try folder.append([item(1), item(2)], to: "n").added == 1)
            // Its date moved about, and nothing else.
            #expect(try folder.append([item(9)], to: "n").repeated == 1)
            let changed = try folder.append([item(3, "a", "Bitcoin falls")], to: "n")
            #expect(changed.added == 1 && changed.changed == 1)
            // It says again what it said at first: that is a change too.
            #expect(try folder.append([item(4)], to: "n").added == 1)
            #expect(
                try folder.openTexts("n").items.map(\.title) == [
                    "Bitcoin rises", "Bitcoin falls", "Bitcoin rises",
                ])
            // The same item about another instrument is another row.
            #expect(try folder.append([item(4, about: "BTC/USD")], to: "n").added == 1)
        }
    }

    @Test func `never changes a row that is there, however late others come`() throws {
        try inTemporaryFolder { path in
            let folder = HistoryFolder(path: path)
            _ = try folder.append([item(5), item(9, "b")], to: "n")
            let before = try folder.openTexts("n").items
            _ = try folder.append([item(1, "c"), item(7, "a", "New"), item(20, "d")], to: "n")
            let after = try folder.openTexts("n").items
            #expect(after.count == 5 && after.filter(before.contains) == before)
        }
    }

    @Test func `is refused wherever a bit is changed or bytes are cut`() throws {
        try inTemporaryFolder { path in
            let folder = HistoryFolder(path: path)
            var generator = SeededGenerator(seed: 4)
            _ = try folder.append(random(40, using: &generator), to: "n")
            let file = URL(fileURLWithPath: folder.textPath("n"))
            let whole = Array(try Data(contentsOf: file))
            let part = { (bytes: [UInt8]) -> Bool in
                try Data(bytes).write(to: file)
                return (try? folder.openTexts("n")) == nil
            }
            for _ in 0..<300 {
                var bytes = whole
                let place = Int.random(in: 0..<whole.count, using: &generator)
                bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
                // Between the parts there are bytes that belong to none.
                let isRefused = try part(bytes)
                #expect(isRefused || whole[place] == 0, "byte \(place)")
            }
            for _ in 0..<60 {
                let length = Int.random(in: 0..<whole.count, using: &generator)
                #expect(try part(Array(whole[..<length])), "\(length) bytes")
            }
            #expect(try part(whole + [0]))
            #expect(try folder.scanTexts().damaged.count == 1)
            #expect(throws: HistoryError.self) { try folder.append([item(1)], to: "n") }
            #expect(try !part(whole))
        }
    }

    @Test func `has a name that is a file's, and says which it lacks`() throws {
        try inTemporaryFolder { path in
            let folder = HistoryFolder(path: path)
            for name in ["", "a b", "../x", String(repeating: "x", count: 65)] where name != "../x"
            {
                #expect(throws: HistoryError.self) { try folder.append([item(1)], to: name) }
            }
            _ = try folder.append([item(1)], to: "../x/y")
            #expect(try folder.scanTexts().series.map(\.name) == ["../x/y"])
            do throws(HistoryError) {
                _ = try folder.openTexts("gone")
                Issue.record("opened")
            } catch { #expect(error.kind == .notFound && error.message.contains("gone")) }
        }
    }

    @Test func `stays as it was, whichever call fails`() throws {
        try inTemporaryFolder { path in
            let real = HistoryFolder(path: path)
            _ = try real.append([item(1)], to: "n")
            let before = try real.openTexts("n").items
            for failing in 0..<3 {
                var disk = Disk.posix
                if failing == 0 { disk.create = { _ in -1 } }
                if failing == 1 { disk.write = { _, _, _ in -1 } }
                if failing == 2 { disk.sync = { _ in -1 } }
                #expect(throws: HistoryError.self) {
                    try HistoryFolder(path: path, disk: disk).append([item(2, "b")], to: "n")
                }
                #expect(try real.openTexts("n").items == before)
            }
        }
    }

    @Test func `cuts no character in two`() {
        for limit in 0...12 {
            let cut = TextLimits.cut("aé比\u{1F680}z", limit)
            #expect(cut.utf8.count <= limit && "aé比\u{1F680}z".hasPrefix(cut))
        }
        #expect(TextLimits.cut("aé比\u{1F680}z", 11) == "aé比\u{1F680}z")
        #expect(TextLimits.cut("aé比", 5) == "aé")
    }
}
