import Foundation
import RialtoCLI
import Testing

/// Ten daily bars of a share that is split 2:1 on the sixth day.
private let shares = """
    time,open,high,low,close,volume
    2024-01-01,100,101,99,100,10
    2024-01-02,100,103,99,102,10
    2024-01-03,102,105,99,104,10
    2024-01-04,104,107,99,106,10
    2024-01-05,106,109,99,108,10
    2024-01-06,54,56,53,55,20
    2024-01-07,55,57,54,56,20
    2024-01-08,56,58,55,57,20
    2024-01-09,57,59,56,58,20
    2024-01-10,58,60,57,59,20

    """

private let actions = """
    time,action,value
    2024-01-03,dividend,0.5
    2024-01-06,split,2:1
    2024-01-08,rename,OLD>NEW

    """

/// A desk with the share and its actions.
private func desk() throws -> Desk {
    let desk = try Desk()
    try desk.file("s.csv", shares)
    try desk.file("a.csv", actions)
    let bars = "--instrument NEW/USD --kind bars --interval 1d --bar-time open"
    #expect(desk.run("data import @s.csv \(bars) --price-decimals 2").status == .done)
    #expect(desk.run("data import @a.csv --kind actions --instrument NEW/USD").status == .done)
    return desk
}

@Suite struct `An instrument's actions` {
    @Test func `are imported, listed, shown and checked beside its series`() throws {
        let desk = try desk()
        #expect(desk.stored == ["NEW%2FUSD.instrument", "NEW%2FUSD~bars~1d.rhist"])
        let listed = try #require(desk.run("data list --json").objects.first)
        #expect(listed["actions"] as? Int == 3 && listed["calendar"] as? String == "24x7")
        let info = try #require(desk.run("data info NEW/USD --json").objects.first)
        #expect(info["actions_split"] as? Int == 1 && info["actions_rename"] as? Int == 1)
        let rows = desk.run("data info NEW/USD --actions --json").objects
        #expect(rows.map { $0["value"] as? String } == ["0.5", "2:1", "OLD>NEW"])
        #expect(rows.first?["time"] as? String == "2024-01-03T00:00:00Z")
        #expect(desk.run("data check").status == .done)
        try desk.file("data/history/NEW%2FUSD.instrument", "rialto instrument 1\nname X\n")
        let damaged = desk.run("data check")
        #expect(damaged.status == .failed && damaged.error.contains("its end is missing"))
        #expect(desk.run("data list").status == .failed)
    }

    @Test func `are replaced by sort, funding rates for themselves`() throws {
        let desk = try desk()
        try desk.file("f.csv", "time,fundingRate\n1704067200000,0.0001\n1704096000000,-0.0002\n")
        let funding = "data import @f.csv --kind funding --instrument NEW/USD --json"
        #expect(desk.run(funding).objects.first?["actions"] as? Int == 5)
        #expect(desk.run(funding).objects.first?["replaced_actions"] as? Int == 2)
        try desk.file("b.csv", "time,action,value\n2024-01-06,split,2:1\n")
        let again = desk.run("data import @b.csv --kind actions --instrument NEW/USD --json")
        #expect(again.objects.first?["actions"] as? Int == 3)
    }

    @Test(arguments: [
        ("--kind actions", "need one --instrument"),
        ("--kind actions --instrument A/B --interval 1d", "--interval was given"),
        ("--kind funding --instrument A/B", "a column is missing"),
    ])
    func `are refused with a reason and a next step`(options: String, says: String) throws {
        let desk = try Desk()
        try desk.file("a.csv", actions)
        let result = desk.run("data import @a.csv \(options)")
        #expect(result.status != .done && result.error.contains(says))
        #expect(result.error.contains("help:") && desk.stored.isEmpty)
    }

    @Test func `are taken out of prices that are exported or made into a new series`() throws {
        let desk = try desk()
        #expect(desk.run("data export NEW/USD --adjust splits --to @x.csv").status == .done)
        let lines = try desk.text("x.csv").split(separator: "\n")
        #expect(lines[5] == "2024-01-06T00:00:00Z,53.00,54.50,49.50,54.00,20")
        #expect(lines[6] == "2024-01-07T00:00:00Z,54.00,56.00,53.00,55.00,20")
        let refused = desk.run("data resample NEW/USD --interval 2d --adjust all")
        #expect(refused.status == .calledWrongly && refused.error.contains("--as"))
        let made = "data resample NEW/USD --interval 1d --adjust all --as NEW.adjusted/USD"
        #expect(desk.run(made).status == .done)
        #expect(desk.run("data list --json").objects.count == 2)
    }
}

@Suite struct `A calendar` {
    @Test func `lists its sessions, short ones marked`() throws {
        let days = try Desk().run(
            "data sessions us-equities --from 2024-07-01 --until 2024-07-08 --json"
        ).objects
        #expect(
            days.map { $0["day"] as? String ?? "" } == [
                "2024-07-01", "2024-07-02", "2024-07-03", "2024-07-05",
            ])
        #expect(days.map { $0["short"] as? Bool } == [false, false, true, false])
        #expect(days[2]["close"] as? String == "2024-07-03T17:00:00Z")
    }

    @Test func `is kept with an instrument, whose closed hours are no gaps then`() throws {
        let desk = try Desk()
        let rows = ["02T14:30:00Z", "02T20:59:00Z", "03T14:30:00Z", "03T23:00:00Z"].map {
            "2024-01-\($0),1,1,1,1,1"
        }
        try desk.file(
            "m.csv", "time,open,high,low,close,volume\n" + rows.joined(separator: "\n") + "\n")
        let line = "data import @m.csv --instrument A/USD --kind bars --interval 1m --bar-time open"
        let before = try #require(desk.run(line + " --sparse --json").objects.first)
        #expect(before["gaps"] as? Int == 3)
        let after = desk.run(line + " --sparse --calendar us-equities --json").objects.first
        #expect(after?["gaps"] as? Int == 2 && after?["missing_bars"] as? Int == 388 + 389)
        let checked = try #require(desk.run("data check --json").objects.first)
        #expect(checked["outside"] as? Int == 1 && checked["gaps"] as? Int == 2)
        let days = desk.run("data resample A/USD --interval 1d")
        #expect(days.status == .done && days.error.contains("1 rows outside of sessions"))
        let renamed = desk.run("data resample A/USD bars 1m --interval 1d --as B/USD --json")
        #expect(renamed.objects.first?["gaps"] as? Int == 0)
        let listed = desk.run("data list --json").objects
        #expect(listed.allSatisfy { $0["calendar"] as? String == "us-equities" })
        #expect(desk.run("data info A/USD bars 1d --json").objects.first?["rows"] as? Int == 2)
    }
}

@Suite struct `The universe command` {
    @Test func `screens by what was known, with the names of then`() throws {
        let desk = try desk()
        let line = "universe --at 2024-01-08 --window 3d --json"
        let row = try #require(desk.run(line).objects.first)
        #expect(row["instrument"] as? String == "NEW/USD" && row["name"] as? String == "NEW/USD")
        #expect(row["price"] as? String == "56" && row["bars"] as? Int == 7)
        let early = desk.run("universe --at 2024-01-07T12:00:00Z --window 3d --json").objects.first
        #expect(early?["name"] as? String == "OLD/USD" && early?["price"] as? String == "55")
        let none = desk.run("universe --at 2024-01-08 --window 3d --min-price 60")
        #expect(none.status == .done && none.out.isEmpty)
        #expect(none.error.contains("passed over: 1 below the lowest price"))
    }

    @Test(arguments: ["", "--at never", "--at 2024-01-01 --window 1d", "--at 2024-01-01 --by luck"])
    func `is refused with a next step when it is called wrongly`(options: String) throws {
        let result = try Desk().run("universe " + options)
        #expect(result.status == .calledWrongly)
        #expect(result.error.contains("help:") || result.error.contains("allowed is"))
    }

    @Test func `says when there is nothing to choose from`() throws {
        let result = try Desk().run("universe --at 2024-01-01")
        #expect(result.status == .done && result.error.contains("there is no series"))
    }
}

@Suite(
    .enabled(
        if: Beside.has("data/equity-daily/lean"),
        "skipped: ../shared/data/equity-daily is not on this machine"))
struct `Shares of LEAN` {
    @Test func `come in at once, with splits, dividends and tickers, and without strangers`() throws
    {
        let desk = try Desk()
        let folder = Beside.path("data/equity-daily/lean")
        let names = ["aapl", "bac", "fb", "goog", "qqq", "uso", "spy"]
        let files = names.map { "\(folder)/\($0).zip" }.joined(separator: " ")
        let imported = desk.run("data import \(files) --json")
        #expect(imported.status == .done && imported.objects.count == 7)
        // The rows of others: old BankAmerica, another FB, the first GOOG, a USO of 1998.
        let strangers = imported.error.split(separator: "\n").filter { $0.hasPrefix("left out") }
        #expect(strangers.count == 4)
        let checked = desk.run("data check --json").objects
        #expect(checked.allSatisfy { $0["outside"] as? Int == 0 && $0["problems"] as? Int == 0 })
        #expect(checked.filter { $0["gaps"] as? Int == 0 }.count == 6)

        let old = desk.run("universe --at 2010-06-01 --json")
        #expect(
            old.objects.map { $0["name"] as? String } == [
                "SPY/USD", "AAPL/USD", "BAC/USD", "USO/USD",
            ])
        #expect(
            old.error.contains("1 silent for too long") && old.error.contains("2 with too short"))
        let young = desk.run("universe --at 2021-04-01 --min-price 100 --top 2 --by return --json")
        #expect(young.objects.count == 2)
    }
}
