import Foundation
import RialtoCLI
import RialtoHistory
import RialtoText
import Synchronization
import Testing

/// What an export to stdout wrote.
private final class Pipe: Sendable {
    private let state = Mutex<[UInt8]>([])
    let failsAfter: Int

    init(failsAfter: Int = .max) { self.failsAfter = failsAfter }

    var text: String { state.withLock { String(decoding: $0, as: UTF8.self) } }

    @Sendable func write(_ bytes: UnsafeRawBufferPointer) throws(HistoryError) {
        let isFull = state.withLock { all in
            all += bytes
            return all.count > failsAfter
        }
        if isFull { throw HistoryError(.system, "the output cannot be written: no space") }
    }
}

@Suite struct `An export to stdout` {
    private func export(_ pipe: Pipe) throws -> (CommandStatus, Page) {
        let desk = try Desk()
        try desk.file("b.csv", "time,open,high,low,close\n2019-01-01T00:00:00Z,1,2,1,1.5\n")
        _ = desk.run("data import @b.csv \(oneMinuteBars)")
        let page = Page()
        let root = Command(
            "rialto", "", commands: [DataCommand.command(output: pipe.write)])
        let status = Program.run(
            ["data", "export", "BTC/USD", "--data", desk.path("data")], root: root,
            environment: [:], console: page.console())
        return (status, page)
    }

    @Test func `is the rows and nothing else`() throws {
        let pipe = Pipe()
        let (status, page) = try export(pipe)
        #expect(status == .done && page.out.isEmpty && page.error.isEmpty)
        #expect(
            pipe.text == "time,open,high,low,close,volume\n"
                + "2019-01-01T00:01:00Z,1.0,2.0,1.0,1.5,0\n")
    }

    @Test func `fails with status 1 when it cannot be written`() throws {
        let (status, page) = try export(Pipe(failsAfter: 10))
        #expect(status == .failed)
        #expect(page.error == "error: the output cannot be written: no space\n")
    }
}

@Suite struct `A failure of market data` {
    private static let all: [HistoryError.Kind] = [
        .system, .damaged, .format, .missingColumn, .value, .impossible, .order, .conflict,
        .notFound, .option,
    ]

    @Test func `is printed with every fact it has`() {
        let error = HistoryError(
            .value, "a field is no number", file: "a.csv", line: 3, row: 2, field: "open",
            found: "1\u{7}x", allowed: "a number", help: "correct it")
        #expect(
            error.houseMessages.flatMap(\.lines) == [
                "error: a field is no number",
                "  file: a.csv   line: 3   row: 2   field: open   found: 1?x   allowed: a number",
                "  help: correct it",
            ])
    }

    @Test(arguments: all)
    func `has status 2 only where the user asked for what cannot be`(kind: HistoryError.Kind) {
        let causes = HistoryError(kind, "x").houseMessages.map(\.cause)
        #expect(causes == [kind == .option ? .calledWrongly : .failed])
    }
}
