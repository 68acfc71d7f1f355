import Foundation
import RialtoBinding
import RialtoTestSupport
import RialtoText
import RialtoValues
import Testing

private let whole = Workbench.table([
    signature("double_it"),
    signature(
        "mean",
        arguments: [
            """
            {"pass": "scalar", "name": "length", "type": "int32", "lowest": 1, "highest": 500, \
            "initial": 14, "unit": "rows"}
            """
        ]),
])

private func mistakes(_ text: String) -> [String] {
    switch BindingReader.read(Array(text.utf8)) {
    case .success: []
    case .failure(let found): found.all.map { "\($0.line): \($0.text)" }
    }
}

/// A table with one change.
private func changed(_ from: String, _ to: String) -> String {
    whole.replacingOccurrences(of: from, with: to)
}

@Suite struct `A binding's table` {
    @Test func `is read with its functions, scalars and outputs in order`() throws {
        let binding = try BindingReader.read(Array(whole.utf8)).get()
        #expect(binding.functions.map(\.name) == ["double_it", "mean"])
        let mean = try #require(binding.function("MEAN"))
        #expect(mean.usage == "mean(length=14)" && mean.inputs == [.close])
        #expect(mean.outputs.map(\.name) == ["value"] && mean.success == 0)
        #expect(binding.symbols == ["double_it", "mean"])
    }

    @Test(arguments: [
        ("\"binding\": 1", "\"binding\": 2", "known is format 1"),
        ("\"id\": \"org.example.vendor\"", "\"id\": \"Vendor\"", "id was \"Vendor\""),
        ("\"license\": \"MIT\",", "", "no member \"license\""),
        ("\"license\": \"MIT\"", "\"license\": 7", "license was the number 7"),
        ("\"license\": \"MIT\"", "\"licence\": \"MIT\"", "a member \"licence\", allowed are"),
        ("\"license\": \"MIT\"", "\"name\": \"MIT\"", "\"name\" stands twice"),
        ("libvendor.so", "../libvendor.so", "file was \"../libvendor.so\""),
        ("libvendor.so", "/libvendor.so", "the name of a file in this folder"),
        ("0000\"}", "000G\"}", "64 hexadecimal digits"),
        ("0000\"}", "0\"}", "64 hexadecimal digits"),
        ("\"symbol\": \"mean\"", "\"symbol\": \"mean it\"", "a C name"),
        ("\"name\": \"mean\"", "\"name\": \"DOUBLE_it\"", "called double_it"),
        ("\"name\": \"length\"", "\"name\": \"9\"", "a letter first"),
        ("\"lowest\": 1", "\"lowest\": 15", "length begins at 14.0, allowed is 15.0...500.0"),
        ("\"lowest\": 1", "\"lowest\": 1.5", "a whole number of 32 bits"),
        ("\"highest\": 500", "\"highest\": 5000000000", "a whole number of 32 bits"),
        ("\"highest\": 500", "\"highest\": 1e999", "a whole number of 32 bits"),
        ("\"initial\": 14", "\"initial\": \"14\"", "initial was \"14\""),
        ("\"type\": \"f64\"", "\"type\": \"f32\"", "allowed is f64, i32"),
        ("\"column\": \"close\"", "\"column\": \"last\"", "allowed is open, high, low"),
        ("{\"pass\": \"end\"}, ", "", "takes neither end nor rows"),
        ("{\"pass\": \"begin\"}, ", "", "neither begin nor a lookback"),
        ("{\"pass\": \"begin\"}", "{\"pass\": \"count\"}", "takes count 2 times"),
        ("{\"pass\": \"begin\"}", "{\"pass\": \"callback\"}", "allowed is start, end, rows"),
        ("\"success\": 0", "\"success\": 3000000000", "a whole number of 32 bits"),
        (", \"success\": 0", "", "no member \"success\""),
        ("\"type\": \"status\"", "\"type\": \"none\"", "of type none has no success"),
        (
            ", {\"pass\": \"output\", \"name\": \"value\", \"type\": \"f64\"}", "",
            "has 0 outputs, allowed is 1...16"
        ),
    ])
    func `is refused with what was found and what is allowed`(
        from: String, to: String, expected: String
    ) {
        let text = changed(from, to)
        #expect(text != whole, "\(from)")
        let found = mistakes(text)
        #expect(found.contains { $0.contains(expected) }, "\(expected): \(found)")
        #expect(found.allSatisfy { !$0.hasPrefix("0:") || $0.contains("file") }, "\(found)")
    }

    @Test func `is told all of its mistakes at once, up to a bound`() {
        let text = changed("\"type\": \"f64\"", "\"type\": \"f32\"")
            .replacingOccurrences(of: "\"summary\": \"\"", with: "\"summary\": 1")
        #expect(mistakes(text).count == 4)
        let functions = (0..<200).map { signature("\($0)") }
        #expect(mistakes(Workbench.table(functions)).count == 20)
    }

    @Test(arguments: [
        "", "{", "[", "{}", "[]", "null", "1", "\"\"", "{\"a\":}", "{\"a\" 1}", "{\"a\":1,}",
        "[1,]",
        "{a:1}", "01", "1.", "1e", "-", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"", "\"\u{1}\"", "tru",
        "{} {}", "\u{FEFF}{}",
    ])
    func `is refused where it is no JSON, or no table`(text: String) {
        #expect(!mistakes(text).isEmpty)
    }

    @Test func `is refused where it is nested without end, or no UTF-8`() {
        #expect(
            mistakes(String(repeating: "[", count: 100_000)) == [
                "1: values are nested more than 16 deep"
            ])
        guard case .failure(let found) = BindingReader.read([0x22, 0xFF, 0x22]) else {
            Issue.record("bytes that are no text were read")
            return
        }
        #expect(found.all.map(\.text) == ["the file is not UTF-8"])
    }

    @Test func `that is damaged is read or refused, and calls nothing`() throws {
        let bytes = Array(whole.utf8)
        let words = [
            "{", "}", "[", "]", "\"", ",", ":", "-", "1e400", "null", "\\u0000", "9", "\n",
        ]
        .map { Array($0.utf8) }
        var refused = 0, read = 0
        for seed in UInt64(0)..<20_000 {
            var random = SeededGenerator(seed: seed), text = bytes
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<text.count, using: &random)
                let end = min(text.count, place + Int.random(in: 0...12, using: &random))
                switch Int.random(in: 0..<5, using: &random) {
                case 0: text[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                case 1: text.removeSubrange(place..<end)
                case 2: text.insert(contentsOf: text[place..<end], at: place)
                case 3:
                    text.replaceSubrange(
                        place..<end, with: words.randomElement(using: &random) ?? [])
                default: text.removeSubrange(place...)
                }
                if text.isEmpty { text = [0x7B] }
            }
            switch BindingReader.read(text) {
            case .failure(let found):
                refused += 1
                #expect(!found.all.isEmpty && found.all.count <= 20, "seed \(seed)")
            case .success(let binding):
                read += 1
                // What is read holds what every later step relies on.
                for function in binding.functions {
                    #expect((1...16).contains(function.outputs.count), "seed \(seed)")
                    #expect(
                        function.scalars.allSatisfy {
                            $0.lowest <= $0.initial && $0.initial <= $0.highest
                        }, "seed \(seed)")
                    #expect(
                        BindingReader.isName(function.symbol, mayStartLow: true), "seed \(seed)")
                }
            }
        }
        #expect(refused > 10_000 && read > 200, "\(refused) refused, \(read) read")
    }

    @Test func `has a schema with the same members`() throws {
        let file = repository.appendingPathComponent("PluginAPI/binding.schema.json")
        let root = try #require(
            JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
        let parts = try #require(root["$defs"] as? [String: [String: Any]])
        for (kind, members) in BindingReader.members {
            let part = try #require(kind == "table" ? root : parts[kind], "\(kind)")
            let properties = try #require(part["properties"] as? [String: Any])
            #expect(Set(properties.keys) == Set(members.map(\.name)), "\(kind)")
            let needed = try #require(part["required"] as? [String])
            #expect(Set(needed) == Set(members.filter(\.isNeeded).map(\.name)), "\(kind)")
            #expect(part["additionalProperties"] as? Bool == false, "\(kind)")
        }
        let one = try #require(parts["argument"]?["oneOf"] as? [[String: String]])
        #expect(one.compactMap { $0["$ref"] } == BindingReader.passes.map { "#/$defs/" + $0 })
    }

    @Test func `of TA-Lib is in the repository and is whole`() throws {
        let file = repository.appendingPathComponent("Plugins/Bindings/TALib/binding.json")
        let binding = try BindingReader.read(Array(Data(contentsOf: file))).get()
        #expect(binding.functions.count == 200)
        #expect(binding.symbols.count == 402)
    }
}
