using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gyre.Contracts;
using Gyre.Evaluation.Benchmarks.Definitions;
using Gyre.Evaluation.Benchmarks.Sources;

namespace Gyre.Evaluation.Benchmarks.Items;

/// <summary>Makes items of records as a definition says.</summary>
/// <param name="definition">The benchmark.</param>
/// <param name="seed">Draws the order of answers whose right one has a fixed place.</param>
internal sealed class ItemReader(BenchmarkDefinition definition, ulong seed)
{
    private const int MostListed = 20;

    /// <summary>The items of a split's files, in the files' order.</summary>
    /// <exception cref="EvaluationException">EVA0063: there are no files. EVA0064 and EVA0062: faults of the content, all of them.</exception>
    public List<BenchmarkItem> Read(string folder, string split)
    {
        var rules = definition.Splits[split];
        var files = BenchmarkFolder.Find(folder, rules);
        if (files.Count == 0)
        {
            throw new EvaluationException("EVA0063", $"Reading a benchmark's data failed: '{definition.Name}' expects '{rules.Files}' for its split '{split}', and {(Directory.Exists(folder) ? "no file of that name is there" : "the folder is not there")}. Folder: {folder}. Get the data from {definition.Home}, or allow downloads.");
        }

        var items = new List<BenchmarkItem>();
        var faults = new List<string>();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (path, subject) in files)
        {
            foreach (var record in RecordFile.Read(path, subject, definition.Source).Where(record => Belongs(record, rules.Where)))
            {
                var own = new List<string>();
                var item = ToItem(record, own);
                if (own.Count == 0 && !ids.Add(item.Id))
                {
                    own.Add($"the id '{item.Id}' is there already");
                }

                faults.AddRange(own.Distinct(StringComparer.Ordinal).Select(fault => $"{record.Where}: {fault}"));
                items.Add(item);
            }
        }

        if (faults.Count > 0 || items.Count == 0)
        {
            var listed = faults.Count == 0 ? ["there are no items"] : faults.Take(MostListed).ToList();
            throw new EvaluationException("EVA0062", $"Reading a benchmark's data failed: {Math.Max(1, faults.Count)} fault(s) in the split '{split}' of '{definition.Name}':{string.Concat(listed.Select(fault => $"\n  {fault}"))}{(faults.Count > MostListed ? $"\n  … and {faults.Count - MostListed} more" : "")}\nFolder: {folder}. See that the files have the form that the definition names.");
        }

        return items;
    }

    private static bool Belongs(BenchmarkRecord record, RecordFilter? filter)
    {
        if (filter is null)
        {
            return true;
        }

        var texts = record.Texts(filter.Column);
        return texts.Count > 0 && (filter.Values.Count == 0 || filter.Values.Contains(texts[0], StringComparer.Ordinal))
            && (filter.Values.Count > 0 || (double.TryParse(texts[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= filter.From && number <= filter.To));
    }

    private BenchmarkItem ToItem(BenchmarkRecord record, List<string> faults)
    {
        var fields = new ItemFields(record);
        var rules = definition.Items;
        foreach (var field in rules.Fields)
        {
            fields.Set(field.Name, Make(field, fields, faults));
        }

        var subject = rules.Subject.Render(fields, faults);
        fields.Set("@subject", subject);
        var id = rules.Id.Render(fields, faults);

        // Records that are numbered by their files alone need the file's name.
        id = rules.Id.Source == "{@row}" && record.FileSubject.Length > 0 ? $"{subject}/{Path.GetFileNameWithoutExtension(record.File)}/{id}" : id;
        var choices = Order(Choices(fields, faults), id);
        fields.Set("@question", definition.Prompt.Question.Render(fields, faults));
        fields.Set("@choices", string.Join('\n', choices.Select((choice, index) => $"{Letter(index)}. {choice.Text}")));
        for (var i = 0; i < choices.Count; i++)
        {
            fields.Set($"@choice.{i}", choices[i].Text);
        }

        var references = definition.Generation.References.Select(template => template.Render(fields, faults)).ToList();
        fields.Set("reference", references.Count == 0 ? "" : references[0]);
        if (choices.FirstOrDefault(choice => choice.IsRight) is { } right)
        {
            var place = choices.IndexOf(right);
            fields.Set("continuation", definition.Choices.Continuation.Render(fields.With("choice", right.Text).With("letter", Letter(place)), faults));
        }

        return new BenchmarkItem
        {
            Id = id,
            Subject = subject,
            Group = rules.Group.Render(fields, faults),
            Tags = rules.Tags.ToDictionary(tag => tag.Key, tag => tag.Value.Render(fields, faults), StringComparer.Ordinal),
            Fields = fields,
            Choices = choices,
            References = references,
        };
    }

    /// <summary>A, B, C and so on; numbers behind Z.</summary>
    internal static string Letter(int place) => place < 26 ? ((char)('A' + place)).ToString() : (place + 1).ToString(CultureInfo.InvariantCulture);

    private static string Make(FieldRule rule, ItemFields fields, List<string> faults)
    {
        var text = rule.Text.Render(fields, faults);
        try
        {
            foreach (var (pattern, with) in rule.Replacements)
            {
                text = pattern.Replace(text, with);
            }
        }
        catch (RegexMatchTimeoutException)
        {
            faults.Add($"the field '{rule.Name}' is too long for its patterns");
        }

        if (rule.CommonPrefix is [var first, var second])
        {
            text = CommonPrefix(fields.Find(first) ?? "", fields.Find(second) ?? "");
        }

        return rule.After.Length > 0 ? text[Math.Min(text.Length, (fields.Find(rule.After) ?? "").Length)..] : text;
    }

    /// <summary>The words that two texts begin with, without the space behind them.</summary>
    private static string CommonPrefix(string first, string second)
    {
        var length = first.AsSpan().CommonPrefixLength(second);
        if (length < first.Length && length < second.Length)
        {
            while (length > 0 && !char.IsWhiteSpace(first[length - 1]))
            {
                length--;
            }
        }

        return first[..length].TrimEnd();
    }

    private List<ChoiceText> Choices(ItemFields fields, List<string> faults)
    {
        var choices = new List<ChoiceText>();
        foreach (var source in definition.Choices.Sources)
        {
            if (source.Text is { } template)
            {
                choices.Add(new ChoiceText(template.Render(fields, faults), source.Tag?.Render(fields, faults) ?? "", source.IsRight));
                continue;
            }

            var texts = Texts(source, fields.Record, faults);
            var tags = source.Tags.Length > 0 ? fields.Record.Texts(source.Tags) : [];
            if (source.Tags.Length > 0 && tags.Count != texts.Count)
            {
                faults.Add($"'{source.List}' has {texts.Count} texts and '{source.Tags}' {tags.Count}; expected as many of each");
                continue;
            }

            choices.AddRange(texts.Select((text, index) => new ChoiceText(text, tags.Count > 0 ? tags[index] : "", source.IsRight)));
        }

        if (definition.Task == BenchmarkTask.Choice && choices.Count < 2)
        {
            faults.Add($"there are {choices.Count} answers; expected 2 or more");
        }

        return MarkRight(choices, fields, faults);
    }

    private static List<string> Texts(ChoiceSource source, BenchmarkRecord record, List<string> faults)
    {
        if (source.SpanOf(record) is { } whole)
        {
            var spans = record.Element(source.List) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray().ToList() : [];
            var cut = spans.Select(span => Cut(whole, span)).ToList();
            if (cut.Contains(null) || cut.Count == 0)
            {
                faults.Add($"'{source.List}' has places that are not inside the text '{source.SpanText}'");
            }

            return [.. cut.OfType<string>().Distinct(StringComparer.Ordinal)];
        }

        var texts = record.Texts(source.List);
        return source.SplitBy.Length == 0
            ? [.. texts]
            : [.. texts.SelectMany(text => text.Split(source.SplitBy, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];
    }

    private static string? Cut(string whole, JsonElement span) =>
        span.ValueKind == JsonValueKind.Object && span.TryGetProperty("start", out var start) && span.TryGetProperty("end", out var end)
        && start.TryGetInt32(out var from) && end.TryGetInt32(out var last) && from >= 0 && last >= from && last < whole.Length
            ? whole[from..(last + 1)]
            : null;

    private List<ChoiceText> MarkRight(List<ChoiceText> choices, ItemFields fields, List<string> faults)
    {
        var gold = definition.Choices.Gold;
        if (gold.Index is { } index)
        {
            var text = index.Render(fields, faults).Trim();
            var place = gold.Map.Count > 0
                ? gold.Map.GetValueOrDefault(text, -1)
                : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number - gold.First : -1;
            if ((uint)place >= (uint)choices.Count)
            {
                faults.Add($"the right answer is '{text}'; expected {(gold.Map.Count > 0 ? $"one of {string.Join(", ", gold.Map.Keys)}" : $"{gold.First} to {choices.Count - 1 + gold.First}")}");
                return choices;
            }

            return Mark((_, at) => at == place);
        }

        if (gold.Tag is { } tag)
        {
            var wanted = tag.Render(fields, faults).Trim();
            return Mark((choice, _) => choice.Tag == wanted);
        }

        if (gold.Texts.Length > 0)
        {
            var wanted = fields.Record.Texts(gold.Texts);
            return Mark((choice, _) => wanted.Contains(choice.Text, StringComparer.Ordinal));
        }

        return choices;

        List<ChoiceText> Mark(Func<ChoiceText, int, bool> isRight)
        {
            var marked = choices.Select((choice, at) => choice with { IsRight = isRight(choice, at) }).ToList();
            if (!marked.Exists(choice => choice.IsRight))
            {
                faults.Add("none of the answers is the right one");
            }

            return marked;
        }
    }

    private List<ChoiceText> Order(List<ChoiceText> choices, string id)
    {
        if (!definition.Choices.IsShuffled)
        {
            return choices;
        }

        var random = new SeededRandom(seed).Fork("choices/" + id);
        for (var i = choices.Count - 1; i > 0; i--)
        {
            var other = random.NextInt32(i + 1);
            (choices[i], choices[other]) = (choices[other], choices[i]);
        }

        return choices;
    }
}
