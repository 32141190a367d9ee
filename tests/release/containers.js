// What tests/release/containers.sh asks of the files in config/docker, config/kubernetes and
// config/github-actions: node containers.js COMMAND ARGUMENT...; the packages are in $MODULES.
const fs = require("fs");
const packages = require("module").createRequire(process.env.MODULES + "/");
const yaml = packages("yaml");

function documents(file) {
    return yaml.parseAllDocuments(fs.readFileSync(file, "utf8"), { strict: true, uniqueKeys: true }).map((document) => {
        for (const problem of [...document.errors, ...document.warnings]) throw new Error(file + ": " + problem.message);
        return document.toJS();
    });
}

// A list a line each, anything else as it is.
function print(value) {
    if (value === undefined) throw new Error("there is no such value");
    for (const line of Array.isArray(value) ? value : [value]) console.log(line);
}

const commands = {
    // value FILE KIND PATH: a value of the document of that kind, of the only one where KIND is empty
    value(file, kind, path) {
        const found = documents(file).find((document) => !kind || document.kind === kind);
        print(path.split(".").reduce((value, key) => (value === undefined ? undefined : value[key]), found));
    },

    // typescript FILE...: each document as a constant of the type that Kubernetes publishes for it
    typescript(...files) {
        let count = 0;
        for (const document of files.flatMap(documents)) {
            const place = document.apiVersion.includes("/") ? document.apiVersion : "core/" + document.apiVersion;
            console.log(`import type { ${document.kind} as K${count} } from "kubernetes-types/${place}";`);
            console.log(`export const d${count}: K${count} = ${JSON.stringify(document, null, 1)};`);
            count++;
        }
    },

    // validate FILE...: by the schemas of the API, which also know what must be there and how it is written
    validate(...files) {
        for (const document of files.flatMap(documents)) {
            const models = packages(`kubernetes-models/${document.apiVersion}/${document.kind}`);
            new models[document.kind](document).validate();
            console.log(document.kind);
        }
    },

    // dockerfile FILE: fails with what a linter says of it
    dockerfile(file) {
        const problems = packages("dockerfile-utils").validate(fs.readFileSync(file, "utf8"));
        for (const problem of problems) console.log(`line ${problem.range.start.line + 1}: ${problem.message}`);
        process.exit(problems.length ? 1 : 0);
    },

    // steps FILE: its instructions as a shell script, for a root with the source in /mnt/source. What is not
    // known here is an error.
    steps(file) {
        const instructions = packages("dockerfile-ast").DockerfileParser.parse(fs.readFileSync(file, "utf8")).getInstructions();
        const known = {
            ARG: () => "",
            FROM: () => "cd /",
            RUN: (text) => `(${text})`,
            WORKDIR: (text) => `mkdir -p ${text} && cd ${text}`,
            COPY: (text) => {
                const words = text.split(/\s+/).filter((word) => !word.startsWith("--from="));
                const to = words.pop();
                return `mkdir -p ${to} && cp -R ${words.map((word) => (word === "." ? "/mnt/source/." : word)).join(" ")} ${to}`;
            },
            HEALTHCHECK: (text) => `cat >/healthcheck <<'END'\n${JSON.parse(text.replace(/^.*?CMD/s, "")).join("\n")}\nEND`,
        };
        console.log("set -eu");
        for (const instruction of instructions) {
            const text = instruction.getArgumentsContent() || "";
            console.log(known[instruction.getKeyword()](text.replace(/\\\n\s*/g, " ")));
        }
    },
};

try {
    commands[process.argv[2]](...process.argv.slice(3));
} catch (error) {
    console.log(error.message);
    process.exit(1);
}
