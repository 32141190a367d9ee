<?php
// Reads a template as Zabbix's import does: zabbix_import.php FRONTEND TEMPLATE, where FRONTEND is the
// directory of Zabbix' own frontend. Its reader, its validator of version 6.0, its parsers of item keys and
// trigger expressions decide; no database is asked. Prints what is wrong, and at last the items.

[, $frontend, $template] = $argv;

// No translations here.
foreach (['_', '_s', '_n', '_x', '_p'] as $name) {
    if (!function_exists($name)) {
        eval("function $name(\$text, ...\$values) { return \$values ? vsprintf(\$text, \$values) : \$text; }");
    }
}
require "$frontend/include/defines.inc.php";

$files = [];
foreach (["$frontend/include/classes", "$frontend/vendor/symfony/yaml"] as $directory) {
    foreach (new RecursiveIteratorIterator(new RecursiveDirectoryIterator($directory)) as $file) {
        $files[$file->getBasename('.php')] = $file->getPathname();
    }
}
spl_autoload_register(function ($class) use ($files) {
    $name = substr(strrchr("\\$class", '\\'), 1);
    if (isset($files[$name])) {
        require_once $files[$name];
    }
});

$wrong = 0;
function complain($text)
{
    global $wrong;
    $wrong++;
    echo "wrong: $text\n";
}

// Each uuid is a random one of version 4, and there once.
function uuids($data, &$seen)
{
    foreach ($data as $key => $value) {
        if (is_array($value)) {
            uuids($value, $seen);
        } elseif ($key === 'uuid') {
            if (!preg_match('/^[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}$/', $value)) {
                complain("uuid $value");
            }
            $seen[] = $value;
        }
    }
}

function expression($text, $keys, $host)
{
    $parser = new CExpressionParser(['usermacros' => true, 'lldmacros' => true]);
    if ($parser->parse($text) != CParser::PARSE_SUCCESS) {
        return complain("expression $text: " . $parser->getError());
    }
    $tokens = $parser->getResult()->getTokensOfTypes([CExpressionParserResult::TOKEN_TYPE_HIST_FUNCTION]);
    foreach ($tokens as $token) {
        $query = $token['data']['parameters'][0]['data'];
        if ($query['host'] !== $host || !in_array($query['item'], $keys, true)) {
            complain("expression $text: no item {$query['item']} of {$query['host']}");
        }
    }
}

try {
    $data = CImportReaderFactory::getReader(CImportReaderFactory::YAML)->read(file_get_contents($template));
    $data = (new CXmlValidator(new CImportValidatorFactory('yaml'), 'yaml'))->setStrict(true)->validate($data, '/');
} catch (Throwable $error) {
    complain($error->getMessage());
    exit(1);
}

$seen = [];
uuids($data, $seen);
if (count($seen) != count(array_unique($seen))) {
    complain('a uuid twice');
}

$template = reset($data['zabbix_export']['templates']);
$items = array_values($template['items']);
$prototypes = [];
foreach ($template['discovery_rules'] as $rule) {
    $prototypes = array_merge($prototypes, array_values($rule['item_prototypes']));
    $items[] = $rule;
}
$keys = array_column(array_merge($items, $prototypes), 'key');
$valuemaps = array_column($template['valuemaps'], 'name');
foreach (array_merge($items, $prototypes) as $item) {
    $parser = new CItemKey();
    if ($parser->parse($item['key']) != CParser::PARSE_SUCCESS) {
        complain("key {$item['key']}: " . $parser->getError());
    }
    if (isset($item['master_item']['key']) && !in_array($item['master_item']['key'], $keys, true)) {
        complain("{$item['key']}: no master item {$item['master_item']['key']}");
    }
    if (isset($item['valuemap']['name']) && !in_array($item['valuemap']['name'], $valuemaps, true)) {
        complain("{$item['key']}: no value map {$item['valuemap']['name']}");
    }
    foreach (array_merge($item['triggers'] ?? [], $item['trigger_prototypes'] ?? []) as $trigger) {
        expression($trigger['expression'], $keys, $template['template']);
    }
    // KEY, MASTER and JSONPATH, which the caller evaluates
    $steps = array_values($item['preprocessing'] ?? []);
    $path = array_values($steps[0]['parameters'] ?? ['']);
    echo "{$item['key']}\t", $item['master_item']['key'] ?? '', "\t", $path[0], "\n";
}
exit($wrong ? 1 : 0);
