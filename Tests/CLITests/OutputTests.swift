import RialtoCLI
import RialtoText
import Testing

private let table = Table(
    [.init("name"), .init("fee", "fee USD"), .init("at", "time UTC"), .init("gain", "gain %")],
    rows: [
        [.text("a"), .exact(-1050, decimals: 2), .time(0), .percent(0.1234)],
        [.text("long\u{1B}[2J"), .exact(5, decimals: 2), .none, .none],
    ])

@Suite struct `A table` {
    @Test func `aligns numbers to the right and hides control characters`() {
        #expect(
            table.lines == [
                "name      fee USD  time UTC              gain %",
                "a          -10.50  1970-01-01T00:00:00Z   12.34",
                "long?[2J     0.05  -                          -",
            ])
    }

    @Test func `gives the same facts as JSON, one object per row`() {
        let page = Page()
        table.print(to: page.console(json: true))
        #expect(
            page.out == #"{"name":"a","fee":"-10.5","at":"1970-01-01T00:00:00Z","gain":0.1234}"#
                + "\n" + #"{"name":"long\u001b[2J","fee":"0.05","at":null,"gain":null}"# + "\n")
    }

    @Test(arguments: [(1.005, 2, "1.00"), (-0.5, 0, "0"), (2.5, 0, "2"), (1e30, 2, "1e+30")])
    func `shows an opinion with its decimals`(value: Double, decimals: Int, text: String) {
        #expect(Cell.number(value, decimals: decimals).text == text)
    }
}

@Suite struct `The console` {
    @Test func `colours only on a terminal, and never under NO_COLOR`() {
        for (terminal, plain, coloured) in [
            (true, false, true), (true, true, false), (false, false, false),
        ] {
            let page = Page()
            let console = page.console(terminal: terminal, plain: plain)
            console.line("x", .good)
            console.report(HouseMessage("y"))
            #expect(page.out.contains("\u{1B}") == coloured)
            #expect(page.error.contains("\u{1B}") == coloured)
        }
    }

    @Test func `tells progress on stderr, in tenths when nobody watches`() {
        let page = Page()
        var progress = Progress("import", total: 1000, console: page.console())
        for done in 0...1000 { progress.update(done) }
        #expect(page.out.isEmpty)
        #expect(page.error.split(separator: "\n").count == 11)
        #expect(page.error.hasSuffix("import: 100 %\n"))
    }

    @Test func `draws a bar for those who watch`() {
        let page = Page()
        var progress = Progress("import", total: 2, console: page.console(terminal: true))
        progress.update(1)
        progress.update(2)
        #expect(
            page.error == "\rimport [############............] 50 %"
                + "\rimport [########################] 100 %\n")
    }
}
