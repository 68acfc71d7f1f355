import Foundation
import Testing

/// One whole source file of the authors' guide: its language, its kind and its place in a project.
struct GuideExample: CustomTestStringConvertible {
    let language: String
    let kind: String
    let place: String
    let text: String

    static let all: [GuideExample] = {
        let path = Shell.products + "/../../../PluginAPI/Guide.md"
        let guide = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        return guide.matches(of: /(?s)\n```(\w+) (\w+) (\S+)\n(.*?)\n```\n/).map {
            GuideExample(
                language: String($0.1), kind: String($0.2), place: String($0.3),
                text: String($0.4) + "\n")
        }
    }()

    var testDescription: String { "\(language) \(kind)" }

    /// The compiler that its build script calls.
    var compiler: String { ["c": "cc", "cpp": "c++", "rust": "rustc"][language] ?? "swift" }
}

@Suite(.serialized) struct `The authors' guide` {
    @Test func `has a whole plugin in each compiled language`() {
        #expect(Set(GuideExample.all.map(\.language)) == ["c", "cpp", "rust", "swift"])
    }

    @Test(arguments: GuideExample.all.filter { Shell.has($0.compiler) })
    func `shows plugins that build and pass every check`(example: GuideExample) throws {
        let folder = try TemporaryFolder()
        let made = try Shell.rialto(
            "plugin", "new", "com.example.guide", "--kind", example.kind, "--language",
            example.language, in: folder.path)
        #expect(made.status == 0, "\(made.error)")
        let home = folder.path + "/guide"
        #expect(FileManager.default.fileExists(atPath: home + "/" + example.place))
        try example.text.write(
            toFile: home + "/" + example.place, atomically: true, encoding: .utf8)
        let built = try Shell.run("/bin/sh", ["-c", "./build 2>&1"], in: home)
        #expect(built.status == 0, "\(built.out)")
        let library = home + "/out/libguide.so"
        let described = try Shell.rialto("plugin", "manifest", library)
        #expect(described.status == 0, "\(described.error)")
        let checked = try Shell.rialto("plugin", "validate", library)
        #expect(checked.status == 0, "\(checked.out)")
    }
}
