import RialtoConfiguration
import RialtoText
import RialtoValues
import Testing

/// What is said about a text, or nothing when it is accepted.
private func complaint(_ text: String, _ overrides: [String] = []) -> [String] {
    do throws(ConfigProblems) {
        _ = try ConfigDocument(Array(text.utf8), file: "run.yaml", overrides: overrides)
        return []
    } catch {
        return error.messages.map { $0.lines.joined(separator: "\n") }
    }
}

@Suite struct `A configuration text` {
    @Test func `keeps the order of keys and the place of every value`() throws {
        let text = "b: 1\na:\n  - x\n  - {c: 'null'}\n"
        let document = try ConfigDocument(Array(text.utf8), file: "run.yaml")
        guard case .mapping(let entries) = document.root.value else {
            Issue.record("no mapping")
            return
        }
        #expect(entries.map(\.key) == ["b", "a"])
        #expect(document.place(of: ConfigPath("a[1].c")) == .file(line: 4, column: 9))
        #expect(document.place(of: ConfigPath("a[9].c")) == .file(line: 3, column: 3))
    }

    @Test func `may be JSON`() throws {
        let text = "{\n\t\"a\": [1, true, null, \"t\\u00e9\\/\"],\n\t\"b\": {}\n}"
        let document = try ConfigDocument(Array(text.utf8), file: "run.json")
        guard case .sequence(let items)? = document.root["a"]?.value else {
            Issue.record("no list")
            return
        }
        #expect(items.map { $0.found } == ["\"1\"", "\"true\"", "nothing", "\"té/\""])
    }

    @Test(
        arguments: [
            ("", "error: run.yaml:1:1: the file is empty"),
            (
                "a: 1\nb: 2\na: 3\n",
                "error: run.yaml:3:1: key \"a\" is there twice\n  first: line 1, column 1"
            ),
            ("a: 1\n---\nb: 2\n", "error: run.yaml:2:1: a second document begins; allowed is one"),
            ("a: *x\n", "error: run.yaml:1:4: no anchor \"&x\" is complete before this alias"),
            ("a: &x [*x]\n", "error: run.yaml:1:8: no anchor \"&x\" is complete before this alias"),
            (
                "a: !!python/object x\n",
                "error: run.yaml:1:4: tag \"tag:yaml.org,2002:python/object\" is not allowed"
            ),
            ("[1]: 2\n", "error: run.yaml:1:1: a key was no plain text"),
            (
                "a: [1, 2\nb: 3\n",
                "error: run.yaml:2:2: did not find expected ',' or ']'\n"
                    + "  where: while parsing a flow sequence"
            ),
        ] as [(String, String)])
    func `is refused with its line when it is wrong`(text: String, message: String) {
        #expect(complaint(text) == [message])
    }

    @Test func `that is no UTF-8 is refused with its line`() {
        do throws(ConfigProblems) {
            _ = try ConfigDocument(Array("a: 1\nb: ".utf8) + [0xFF, 0x0A], file: "run.yaml")
            Issue.record("accepted")
        } catch {
            #expect(error.messages[0].summary.hasPrefix("run.yaml:2:"))
        }
    }

    @Test func `may use anchors, but no alias bomb`() {
        #expect(complaint("a: &x {k: 1}\nb: *x\nc: [*x, *x]\n") == [])
        var bomb = "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n"
        for level in 1...9 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            bomb += "a\(level): &a\(level) [\(aliases)]\n"
        }
        #expect(complaint(bomb).first?.contains("more than 100000 values") == true)
    }

    @Test func `is refused when it is nested too deep, also through aliases`() {
        let deep = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        #expect(complaint("a: " + deep).first?.contains("deeper than 64 levels") == true)
        var chain = "a0: &a0 [1]\n"
        for level in 1...70 { chain += "a\(level): &a\(level) [*a\(level - 1)]\n" }
        #expect(complaint(chain).first?.contains("deeper than 64 levels") == true)
    }
}

@Suite struct `An override` {
    @Test func `replaces values, adds keys, and finds items by number or id`() throws {
        let text = "seed: 1\nmodels:\n  - {id: a, length: 3}\n  - {id: b}\n"
        let document = try ConfigDocument(
            Array(text.utf8), file: "run.yaml",
            overrides: ["seed=7", "models[0].length=4", "models[b].parameters.x=[1, 2]", "name="])
        #expect(document.root["seed"]?.found == "\"7\"")
        #expect(document.root["name"]?.found == "\"\"")
        let place = document.place(of: ConfigPath("models[1].parameters.x[1]"))
        #expect(place == .override("models[b].parameters.x=[1, 2]"))
    }

    @Test(arguments: [
        ("seed", "this is no override"), ("=1", "this is no override"),
        ("a..b=1", "this is no override"),
        ("list[3]=1", "there is no item [3] in a list of 1"),
        ("list.x=1", "key \"x\" was asked of a list"), ("seed[0]=1", "an item was asked of \"1\""),
        ("seed=[1", "did not find expected ',' or ']'"),
    ])
    func `that cannot be applied is named`(override: String, text: String) {
        let found = complaint("seed: 1\nlist: [1]\n", [override])
        #expect(found.first?.hasPrefix("error: --set \(override): \(text)") == true, "\(found)")
    }
}

@Suite struct `A length of time` {
    @Test(
        arguments: [
            ("500ms", 500_000_000), ("1m", 60_000_000_000), ("0s", 0), ("90s", 90_000_000_000),
        ]
            as [(String, Int64)])
    func `is read and written in whole units`(text: String, nanoseconds: Int64) {
        #expect(TimeLength.parse(text) == nanoseconds)
        #expect(TimeLength.text(nanoseconds) == text)
    }

    @Test(arguments: ["", "1", "ms", "1.5h", "-1s", "1 s", "9999999999999w", "1M"])
    func `is not read from anything else`(text: String) { #expect(TimeLength.parse(text) == nil) }
}
