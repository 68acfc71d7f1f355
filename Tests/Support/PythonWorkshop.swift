import Foundation

/// Builds Python plugins for tests with the system's own Python.
package enum PythonWorkshop {
    /// Debian's own interpreter: another one on the path may have no shared library.
    private static let python = "/usr/bin/python3"

    /// Whether Python plugins can be built here: headers and a shared library of the interpreter.
    package static let isThere: Bool = {
        let look = """
            import os, sysconfig
            folder = sysconfig.get_config_var("LIBDIR")
            name = sysconfig.get_config_var("LDLIBRARY")
            assert os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h"))
            assert os.path.exists(os.path.join(folder, name)) and name.endswith(".so")
            """
        return (try? runProgram([python, "-c", look]).status) == 0
    }()

    /// Builds a plugin from its module's text, with its manifest.
    ///
    /// - Parameters:
    ///   - text: Of the module; its id ends by `name`.
    ///   - name: Of the module and of its library.
    ///   - lock: Wheels that come with it, as `requirements.lock` names them.
    /// - Returns: The plugin's folder.
    package static func install(
        _ text: String, name: String = "mine", lock: String = "", in folder: String
    ) throws -> String {
        let home = folder + "/" + name, module = "\(home)/\(name).py"
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: module))
        try Data(lock.utf8).write(to: URL(fileURLWithPath: home + "/requirements.lock"))
        let api = repository.appendingPathComponent("PluginAPI").path
        let vendor = folder + "/vendor"
        if !FileManager.default.fileExists(atPath: vendor) { try copyContract(api, vendor) }
        let result = try runProgram(
            [
                python, "-m", "rialto.build", module, "--to", home + "/out", "--api",
                vendor, "--lock", home + "/requirements.lock",
            ],
            environment: ["PYTHONPATH": api + "/python", "PYTHONDONTWRITEBYTECODE": "1"])
        guard result.status == 0 else { throw BuildFailure(output: result.output) }
        try writeManifest(of: home + "/out/lib\(name).so")
        return home + "/out"
    }

    /// What `rialto plugin new` puts into a project beside the kit.
    private static func copyContract(_ api: String, _ vendor: String) throws {
        let include = vendor + "/include/rialto"
        for command in [
            ["mkdir", "-p", include], ["cp", "-r", api + "/CRialto/include/rialto/.", include],
            ["cp", "-r", api + "/c/include/rialto/.", include],
            ["cp", "-r", api + "/python/bridge", api + "/link/exports.map", vendor],
        ] {
            let result = try runProgram(command)
            guard result.status == 0 else { throw BuildFailure(output: result.output) }
        }
    }
}
