using System.Runtime.CompilerServices;

namespace Gyre.Models.Templates.Jinja;

/// <summary>Parses a template into statements by recursive descent.</summary>
/// <remarks>Errors: RUN0200 for what is no template, RUN0204 for parts of the language that chat templates do not use.</remarks>
internal sealed partial class Parser
{
    // A bracket or block weighs LevelWeight, a link of a chain (a + b + c, a.b.c) weighs 1: what each costs of the stack.
    private const int MaxDepth = 640;
    private const int LevelWeight = 5;
    private const int MaxTokens = 1_000_000;

    private readonly List<Token> _tokens;
    private int _at;
    private int _depth;
    private int _loops;

    private Parser(List<Token> tokens) => _tokens = tokens;

    private Token Current => _tokens[_at];

    /// <summary>The statements of a template.</summary>
    public static IReadOnlyList<Statement> Parse(string source)
    {
        var tokens = Lexer.Tokenize(source);
        if (tokens.Count > MaxTokens)
        {
            throw TemplateErrors.Syntax(new Position(1, 1), $"{tokens.Count:N0} tokens", $"at most {MaxTokens:N0}");
        }

        var parser = new Parser(tokens);
        var statements = parser.ParseUntil([]);
        return parser.Current.Type == TokenType.End ? statements : throw parser.Unexpected("a statement");
    }

    // Parses statements up to one of the given block names, which is left as the current token after its '{%'.
    private List<Statement> ParseUntil(string[] endNames)
    {
        Enter();
        var statements = new List<Statement>();
        while (true)
        {
            var token = Current;
            switch (token.Type)
            {
                case TokenType.Text:
                    _at++;
                    statements.Add(new Statement.Text(token.Position, token.Text));
                    break;
                case TokenType.OutputBegin:
                    _at++;
                    statements.Add(new Statement.Output(token.Position, ParseTuple()));
                    Expect(TokenType.OutputEnd, "'}}'");
                    break;
                case TokenType.BlockBegin:
                    _at++;
                    if (Current.Type == TokenType.Name && endNames.Contains(Current.Text))
                    {
                        Leave();
                        return statements;
                    }

                    statements.Add(ParseBlock(token.Position));
                    break;
                default:
                    if (endNames.Length > 0)
                    {
                        throw Unexpected(string.Join(" or ", endNames.Select(name => $"'{{% {name} %}}'")));
                    }

                    Leave();
                    return statements;
            }
        }
    }

    private Statement ParseBlock(Position position)
    {
        var name = ExpectName("a statement");
        switch (name)
        {
            case "if":
                return ParseIf(position);
            case "for":
                return ParseFor(position);
            case "set":
                return ParseSet(position);
            case "macro":
                return ParseMacro(position);
            case "call":
                return ParseCallBlock(position);
            case "filter":
                return ParseFilterBlock(position);
            case "with":
                return ParseWith(position);
            case "generation":
                EndBlock();
                return new Statement.Group(position, ParseBody("endgeneration"));
            case "break" or "continue":
                if (_loops == 0)
                {
                    throw TemplateErrors.Syntax(position, $"'{name}' outside a loop", "it inside a loop");
                }

                EndBlock();
                return new Statement.Jump(position, name == "break");
            case "extends" or "include" or "import" or "from" or "block" or "autoescape" or "do" or "trans" or "debug":
                throw TemplateErrors.Unsupported(position, $"the statement '{name}'");
            default:
                throw TemplateErrors.Syntax(position, $"'{name}'", "a statement");
        }
    }

    private Statement.If ParseIf(Position position)
    {
        var branches = new List<(Expression? Test, IReadOnlyList<Statement> Body)>();
        var test = ParseTuple(withConditional: false);
        while (true)
        {
            EndBlock();
            var body = ParseUntil(["elif", "else", "endif"]);
            branches.Add((test, body));
            var keyword = ExpectName("'endif'");
            if (keyword == "elif")
            {
                test = ParseTuple(withConditional: false);
                continue;
            }

            if (keyword == "else")
            {
                EndBlock();
                branches.Add((null, ParseUntil(["endif"])));
                _at++;
            }

            EndBlock();
            return new Statement.If(position, branches);
        }
    }

    private Statement.For ParseFor(Position position)
    {
        var target = ParseTarget();
        ExpectKeyword("in");
        var items = ParseTuple(withConditional: false);
        Expression? condition = null;
        if (Current.IsName("if"))
        {
            _at++;
            condition = ParseExpression();
        }

        if (Current.IsName("recursive"))
        {
            throw TemplateErrors.Unsupported(Current.Position, "a recursive loop");
        }

        EndBlock();
        _loops++;
        var body = ParseUntil(["else", "endfor"]);
        _loops--;
        IReadOnlyList<Statement> otherwise = [];
        if (ExpectName("'endfor'") == "else")
        {
            EndBlock();
            otherwise = ParseUntil(["endfor"]);
            _at++;
        }

        EndBlock();
        return new Statement.For(position, target, items, condition, body, otherwise);
    }

    private Statement ParseSet(Position position)
    {
        var target = ParseTarget();
        if (Current.IsOperator("="))
        {
            _at++;
            var value = ParseTuple();
            EndBlock();
            return new Statement.Set(position, target, value);
        }

        var depth = _depth;
        var filter = Current.IsOperator("|") ? ParseBlockFilters(null) : null;
        _depth = depth;
        EndBlock();
        return new Statement.Capture(position, target, filter, ParseBody("endset"));
    }

    private Statement.Macro ParseMacro(Position position)
    {
        var name = ExpectName("the macro's name");
        var parameters = ParseParameters();
        EndBlock();
        return new Statement.Macro(position, name, parameters, ParseMacroBody("endmacro"));
    }

    private Statement.CallBlock ParseCallBlock(Position position)
    {
        var parameters = Current.IsOperator("(") ? ParseParameters() : [];
        if (ParseExpression() is not Expression.Call call)
        {
            throw TemplateErrors.Syntax(position, "an expression that is no call", "a call of a macro");
        }

        EndBlock();
        return new Statement.CallBlock(position, call, new Statement.Macro(position, "caller", parameters, ParseMacroBody("endcall")));
    }

    private Statement.Capture ParseFilterBlock(Position position)
    {
        var depth = _depth;
        var first = ParseFilter(null);
        var filter = Current.IsOperator("|") ? ParseBlockFilters(first) : first;
        _depth = depth;
        EndBlock();
        return new Statement.Capture(position, null, filter, ParseBody("endfilter"));
    }

    private Statement.With ParseWith(Position position)
    {
        var bindings = new List<(AssignmentTarget Target, Expression Value)>();
        while (Current.Type != TokenType.BlockEnd)
        {
            if (bindings.Count > 0)
            {
                ExpectOperator(",");
            }

            var target = ParseTarget();
            ExpectOperator("=");
            bindings.Add((target, ParseExpression()));
        }

        EndBlock();
        return new Statement.With(position, bindings, ParseBody("endwith"));
    }

    private List<(string Name, Expression? Default)> ParseParameters()
    {
        ExpectOperator("(");
        var parameters = new List<(string Name, Expression? Default)>();
        while (!Current.IsOperator(")"))
        {
            if (parameters.Count > 0)
            {
                ExpectOperator(",");
            }

            var name = ExpectName("a parameter");
            Expression? value = null;
            if (Current.IsOperator("="))
            {
                _at++;
                value = ParseExpression();
            }

            parameters.Add((name, value));
        }

        _at++;
        return parameters;
    }

    // A macro's body is a place of its own: a loop round the macro cannot be left from inside it.
    private List<Statement> ParseMacroBody(string endName)
    {
        var loops = _loops;
        _loops = 0;
        var body = ParseBody(endName);
        _loops = loops;
        return body;
    }

    private List<Statement> ParseBody(string endName)
    {
        var body = ParseUntil([endName]);
        _at++;
        if (endName == "endmacro" && Current.Type == TokenType.Name)
        {
            _at++; // The name may be repeated.
        }

        EndBlock();
        return body;
    }

    private AssignmentTarget ParseTarget()
    {
        var first = ParseSingleTarget();
        if (!Current.IsOperator(","))
        {
            return first;
        }

        var parts = new List<AssignmentTarget> { first };
        while (Current.IsOperator(","))
        {
            _at++;
            parts.Add(ParseSingleTarget());
        }

        return new AssignmentTarget(first.Position, null, null, parts);
    }

    private AssignmentTarget ParseSingleTarget()
    {
        var position = Current.Position;
        if (Current.IsOperator("("))
        {
            _at++;
            Enter();
            var inner = ParseTarget();
            Leave();
            ExpectOperator(")");
            return inner;
        }

        var name = ExpectName("a name to assign to");
        if (name is "true" or "false" or "none" or "True" or "False" or "None")
        {
            throw TemplateErrors.Syntax(position, $"'{name}'", "a name to assign to");
        }

        if (!Current.IsOperator("."))
        {
            return new AssignmentTarget(position, name, null, []);
        }

        _at++;
        return new AssignmentTarget(position, name, ExpectName("an attribute"), []);
    }

    private void EndBlock() => Expect(TokenType.BlockEnd, "'%}'");

    private void Expect(TokenType type, string what)
    {
        if (Current.Type != type)
        {
            throw Unexpected(what);
        }

        _at++;
    }

    private void ExpectOperator(string text)
    {
        if (!Current.IsOperator(text))
        {
            throw Unexpected($"'{text}'");
        }

        _at++;
    }

    private void ExpectKeyword(string name)
    {
        if (!Current.IsName(name))
        {
            throw Unexpected($"'{name}'");
        }

        _at++;
    }

    private string ExpectName(string what) => Current.Type == TokenType.Name ? _tokens[_at++].Text : throw Unexpected(what);

    private void Enter(int weight = LevelWeight)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        _depth += weight;
        if (_depth > MaxDepth)
        {
            throw TemplateErrors.Syntax(Current.Position, "brackets, blocks or chains too deep", $"at most {MaxDepth / LevelWeight} levels, or {MaxDepth} links");
        }
    }

    private void Leave() => _depth -= LevelWeight;

    private ModelException Unexpected(string expected) => TemplateErrors.Syntax(Current.Position, Current.Describe(), expected);
}
