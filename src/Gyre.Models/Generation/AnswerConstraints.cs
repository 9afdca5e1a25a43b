using System.Text;
using System.Text.Json.Nodes;
using Gyre.Models.Constraints;
using Gyre.Models.Tools;

namespace Gyre.Models.Generation;

/// <summary>Makes what an answer must look like out of the tools on offer and the form of its text.</summary>
internal static class AnswerConstraints
{
    /// <summary>The constraint of an answer; null when it is free.</summary>
    /// <param name="model">What answers; it keeps the newest constraints, as they learn in use.</param>
    /// <param name="tools">The functions on offer.</param>
    /// <param name="format">The form of the text; null for free text.</param>
    /// <param name="refuse">Makes the error of a schema that cannot be enforced, out of its place and the reason.</param>
    public static Constraint? Create(LanguageModel model, ToolUse tools, AnswerFormat? format, Func<string, ModelException, Exception> refuse)
    {
        var known = model.Forms;
        var family = model.ToolFormat;
        if (!tools.IsOffered)
        {
            return format is null ? null : known.Get(format.Key, () => Compiled(format, refuse));
        }

        var key = new StringBuilder($"tools {tools.IsRequired} {tools.IsParallel} {format?.Key}");
        foreach (var tool in tools.Callable)
        {
            key.Append('\0').Append(tool.Name).Append('\0').Append(tool.IsStrict).Append(tool.Parameters?.ToJsonString(ToolFormat.Relaxed));
        }

        return known.Get(key.ToString(), () =>
        {
            var calls = tools.Callable.Select(tool => (tool.Name, Arguments(tool, tools, refuse))).ToList();
            return tools.IsRequired ? family.ConstrainCalls(calls, tools.IsParallel, isOpened: family.FindOpeningToken(model.Tokenizer) is not null)
                : format is null ? family.ConstrainTextOrCalls(calls, tools.IsParallel)
                : Constraint.Choice(family.ConstrainCalls(calls, tools.IsParallel, isOpened: false), Compiled(format, refuse));
        });
    }

    /// <summary>What a function's arguments must look like; any object where a schema cannot be enforced and need not be.</summary>
    private static Constraint Arguments(ToolDefinition tool, ToolUse tools, Func<string, ModelException, Exception> refuse)
    {
        if (tool.Parameters is null)
        {
            return Constraint.Literal("{}");
        }

        try
        {
            return Constraint.FromJsonSchema(Typed(tool.Parameters).ToJsonString(ToolFormat.Relaxed));
        }
        catch (ModelException error) when (IsRefusal(error))
        {
            return tool.IsStrict || tools.IsRequired || error.Code == "RUN0702" ? throw refuse(tool.Place, error) : Constraint.AnyJsonObject();
        }
    }

    /// <summary>Arguments are an object, whether the schema says so or not.</summary>
    private static JsonObject Typed(JsonObject schema)
    {
        if (schema.ContainsKey("type"))
        {
            return schema;
        }

        var typed = schema.DeepClone().AsObject();
        typed["type"] = "object";
        return typed;
    }

    private static Constraint Compiled(AnswerFormat format, Func<string, ModelException, Exception> refuse)
    {
        try
        {
            return format.Compile();
        }
        catch (ModelException error) when (IsRefusal(error))
        {
            throw refuse(format.Place, error);
        }
    }

    private static bool IsRefusal(ModelException error) => error.Code is "RUN0701" or "RUN0702" or "RUN0703" or "RUN0704" or "RUN0705";
}
