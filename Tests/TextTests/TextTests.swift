import Glibc
import RialtoText
import RialtoValues
import Testing

@Suite struct `A house message` {
    @Test func `says what failed, on which thing, and the next step`() {
        let message = HouseMessage(
            "order refused", details: [.init("venue", "paper"), .init("run", "7f3a")],
            help: "raise the quantity")
        #expect(
            message.lines == [
                "error: order refused", "  venue: paper   run: 7f3a", "  help: raise the quantity",
            ])
        #expect(
            message.json.line == #"{"error":"order refused","venue":"paper","run":"7f3a","#
                + #""help":"raise the quantity"}"#)
    }

    @Test func `is made even for an error that has none of its own`() {
        enum Odd: Error { case thing }
        #expect(Odd.thing.houseMessages.map(\.summary) == ["unexpected failure: thing"])
    }
}

@Suite struct `A suggestion` {
    @Test(arguments: [
        ("slipage_bps", "slippage_bps"), ("naem", "name"), ("Seed", "seed"), ("fromm", "from"),
    ])
    func `finds the word that was meant`(word: String, meant: String) {
        let words = ["name", "seed", "from", "to", "slippage_bps"]
        #expect(Suggestion.nearest(to: word, among: words) == meant)
    }

    @Test(arguments: ["", "xyzzy", "capital", String(repeating: "a", count: 500)])
    func `is not made when nothing is near`(word: String) {
        #expect(Suggestion.nearest(to: word, among: ["name", "seed", "to"]) == nil)
    }
}

@Suite struct `JSON text` {
    @Test func `keeps the order of keys and writes exact numbers as strings`() {
        let value = JSON.object([
            .init("z", .integer(-3)), .init("a", .exact(150, decimals: 2)), .init("n", .number(2)),
            .init("x", .number(.nan)), .init("l", .list([.flag(true), .null])),
        ])
        #expect(value.line == #"{"z":-3,"a":"1.5","n":2,"x":null,"l":[true,null]}"#)
    }

    @Test func `escapes what could end a string or a script element`() {
        #expect(
            JSON.text("a\"\\\n\u{1}</script>&é").line
                == #""a\"\\\n\u0001\u003c/script\u003e\u0026é""#)
    }
}

@Suite struct `A whole file` {
    @Test func `comes back as it was written, and is refused above its bound`() throws {
        let folder = getenv("TMPDIR").map { String(cString: $0) } ?? P_tmpdir
        let path = folder + "/rialto-text-\(UInt64.random(in: 0 ... .max))"
        defer { unlink(path) }
        try TextFile.write(Array("one\ntwo".utf8), to: path)
        #expect(try TextFile.read(path, limit: 7) == Array("one\ntwo".utf8))
        #expect(throws: HouseMessage.self) { try TextFile.read(path, limit: 6) }
    }

    @Test func `says which path could not be read and why`() {
        #expect(throws: HouseMessage("cannot read /nowhere/x: no such file or directory")) {
            try TextFile.read("/nowhere/x", limit: 10)
        }
    }
}
