using System.Globalization;

namespace Gyre.Models.Templates.Jinja;

/// <content>Expressions, loosest binding first.</content>
internal sealed partial class Parser
{
    private static readonly string[] Comparisons = ["==", "!=", "<", "<=", ">", ">="];

    private Expression ParseExpression(bool withConditional = true)
    {
        Enter();
        var expression = withConditional ? ParseConditional() : ParseOr();
        Leave();
        return expression;
    }

    // One expression, or several with commas between them.
    private Expression ParseTuple(bool withConditional = true)
    {
        var position = Current.Position;
        var first = ParseExpression(withConditional);
        if (!Current.IsOperator(","))
        {
            return first;
        }

        var items = new List<Expression> { first };
        while (Current.IsOperator(","))
        {
            _at++;
            if (EndsTuple())
            {
                break;
            }

            items.Add(ParseExpression(withConditional));
        }

        return new Expression.Sequence(position, items, IsTuple: true);
    }

    private bool EndsTuple() =>
        Current.Type is TokenType.OutputEnd or TokenType.BlockEnd or TokenType.End || Current.IsOperator(")") || Current.IsName("if");

    private Expression ParseConditional()
    {
        var position = Current.Position;
        var expression = ParseOr();
        while (Current.IsName("if"))
        {
            _at++;
            var test = ParseOr();
            Expression? otherwise = null;
            if (Current.IsName("else"))
            {
                _at++;
                otherwise = ParseExpression();
            }

            expression = new Expression.Conditional(position, test, expression, otherwise);
        }

        return expression;
    }

    private Expression ParseOr() => ParseLeft(ParseAnd, () => Current.IsName("or"));

    private Expression ParseAnd() => ParseLeft(ParseNot, () => Current.IsName("and"));

    private Expression ParseNot()
    {
        if (!Current.IsName("not"))
        {
            return ParseComparison();
        }

        var position = _tokens[_at++].Position;
        Enter();
        var operand = ParseNot();
        Leave();
        return new Expression.Unary(position, "not", operand);
    }

    private Expression ParseComparison()
    {
        var position = Current.Position;
        var first = ParseSum();
        var rest = new List<(string Operator, Expression Operand)>();
        while (true)
        {
            if (Current.Type == TokenType.Operator && Comparisons.Contains(Current.Text))
            {
                var text = _tokens[_at++].Text;
                rest.Add((text, ParseSum()));
            }
            else if (Current.IsName("in"))
            {
                _at++;
                rest.Add(("in", ParseSum()));
            }
            else if (Current.IsName("not") && _tokens[_at + 1].IsName("in"))
            {
                _at += 2;
                rest.Add(("not in", ParseSum()));
            }
            else
            {
                return rest.Count == 0 ? first : new Expression.Comparison(position, first, rest);
            }
        }
    }

    private Expression ParseSum() => ParseLeft(ParseConcatenation, () => Current.IsOperator("+") || Current.IsOperator("-"));

    private Expression ParseConcatenation() => ParseLeft(ParseProduct, () => Current.IsOperator("~"));

    private Expression ParseProduct() => ParseLeft(
        ParsePower, () => Current.IsOperator("*") || Current.IsOperator("/") || Current.IsOperator("//") || Current.IsOperator("%"));

    private Expression ParsePower() => ParseLeft(() => ParseUnary(withFilters: true), () => Current.IsOperator("**"));

    // The tree of a chain leans left and can be as deep as the chain is long, so its length is limited too.
    private Expression ParseLeft(Func<Expression> operand, Func<bool> isOperator)
    {
        var left = operand();
        var depth = _depth;
        while (isOperator())
        {
            var token = _tokens[_at++];
            Enter(1);
            left = new Expression.Binary(token.Position, token.Text, left, operand());
        }

        _depth = depth;
        return left;
    }

    private Expression ParseUnary(bool withFilters)
    {
        var position = Current.Position;
        Expression expression;
        if (Current.IsOperator("-") || Current.IsOperator("+"))
        {
            var text = _tokens[_at++].Text;
            Enter();
            expression = new Expression.Unary(position, text, ParseUnary(withFilters: false));
            Leave();
        }
        else
        {
            expression = ParsePrimary();
        }

        var depth = _depth;
        expression = ParsePostfix(expression);
        expression = withFilters ? ParseFilters(expression) : expression;
        _depth = depth;
        return expression;
    }

    private Expression ParsePrimary()
    {
        var token = Current;
        switch (token.Type)
        {
            case TokenType.Name:
                _at++;
                return token.Text switch
                {
                    "true" or "True" => new Expression.Literal(token.Position, true),
                    "false" or "False" => new Expression.Literal(token.Position, false),
                    "none" or "None" => new Expression.Literal(token.Position, null),
                    _ => new Expression.Name(token.Position, token.Text),
                };
            case TokenType.String:
                var start = _at++;
                while (Current.Type == TokenType.String)
                {
                    _at++;
                }

                return new Expression.Literal(token.Position, string.Concat(_tokens.GetRange(start, _at - start).Select(part => part.Text)));
            case TokenType.Integer:
                _at++;
                return new Expression.Literal(token.Position, long.Parse(token.Text, CultureInfo.InvariantCulture));
            case TokenType.Float:
                _at++;
                return new Expression.Literal(token.Position, double.Parse(token.Text, CultureInfo.InvariantCulture));
            default:
                return token.Text switch
                {
                    "(" when token.Type == TokenType.Operator => ParseParentheses(),
                    "[" when token.Type == TokenType.Operator => ParseList(),
                    "{" when token.Type == TokenType.Operator => ParseMapping(),
                    _ => throw Unexpected("an expression"),
                };
        }
    }

    private Expression ParseParentheses()
    {
        var position = _tokens[_at++].Position;
        if (Current.IsOperator(")"))
        {
            _at++;
            return new Expression.Sequence(position, [], IsTuple: true);
        }

        var inner = ParseTuple();
        ExpectOperator(")");
        return inner;
    }

    private Expression.Sequence ParseList()
    {
        var position = _tokens[_at++].Position;
        var items = new List<Expression>();
        while (!Current.IsOperator("]"))
        {
            if (items.Count > 0)
            {
                ExpectOperator(",");
                if (Current.IsOperator("]"))
                {
                    break;
                }
            }

            items.Add(ParseExpression());
        }

        _at++;
        return new Expression.Sequence(position, items, IsTuple: false);
    }

    private Expression.Mapping ParseMapping()
    {
        var position = _tokens[_at++].Position;
        var entries = new List<(Expression Key, Expression Value)>();
        while (!Current.IsOperator("}"))
        {
            if (entries.Count > 0)
            {
                ExpectOperator(",");
                if (Current.IsOperator("}"))
                {
                    break;
                }
            }

            var key = ParseExpression();
            ExpectOperator(":");
            entries.Add((key, ParseExpression()));
        }

        _at++;
        return new Expression.Mapping(position, entries);
    }

    private Expression ParsePostfix(Expression expression)
    {
        while (true)
        {
            var position = Current.Position;
            if (Current.IsOperator("."))
            {
                _at++;
                expression = Current.Type == TokenType.Integer
                    ? new Expression.Item(position, expression, new Expression.Literal(position, long.Parse(_tokens[_at++].Text, CultureInfo.InvariantCulture)))
                    : new Expression.Attribute(position, expression, ExpectName("an attribute"));
            }
            else if (Current.IsOperator("["))
            {
                _at++;
                expression = ParseSubscript(position, expression);
            }
            else if (Current.IsOperator("("))
            {
                expression = new Expression.Call(position, expression, ParseArguments());
            }
            else
            {
                return expression;
            }

            Enter(1);
        }
    }

    private Expression ParseSubscript(Position position, Expression target)
    {
        Expression? start = Current.IsOperator(":") ? null : ParseExpression();
        if (!Current.IsOperator(":"))
        {
            ExpectOperator("]");
            return new Expression.Item(position, target, start!); // Only a colon leaves the start out.
        }

        _at++;
        var stop = Current.IsOperator(":") || Current.IsOperator("]") ? null : ParseExpression();
        Expression? step = null;
        if (Current.IsOperator(":"))
        {
            _at++;
            step = Current.IsOperator("]") ? null : ParseExpression();
        }

        ExpectOperator("]");
        return new Expression.Slice(position, target, start, stop, step);
    }

    private Arguments ParseArguments()
    {
        ExpectOperator("(");
        var positional = new List<Expression>();
        var named = new List<(string Name, Expression Value)>();
        while (!Current.IsOperator(")"))
        {
            if (positional.Count + named.Count > 0)
            {
                ExpectOperator(",");
                if (Current.IsOperator(")"))
                {
                    break;
                }
            }

            if (Current.IsOperator("*") || Current.IsOperator("**"))
            {
                throw TemplateErrors.Unsupported(Current.Position, "an unpacked argument");
            }

            if (Current.Type == TokenType.Name && _tokens[_at + 1].IsOperator("="))
            {
                var name = Current.Text;
                _at += 2;
                named.Add((name, ParseExpression()));
            }
            else if (named.Count > 0)
            {
                throw Unexpected("a named argument after named ones");
            }
            else
            {
                positional.Add(ParseExpression());
            }
        }

        _at++;
        return new Arguments(positional, named);
    }

    // Filters and tests after a value; with no value, the filters of a block.
    private Expression ParseFilters(Expression? target)
    {
        while (true)
        {
            if (Current.IsOperator("|"))
            {
                _at++;
                target = ParseFilter(target);
            }
            else if (target is not null && Current.IsName("is"))
            {
                target = ParseTest(target);
            }
            else if (target is not null && Current.IsOperator("("))
            {
                target = new Expression.Call(Current.Position, target, ParseArguments());
            }
            else
            {
                return target ?? throw Unexpected("a filter");
            }

            Enter(1);
        }
    }

    // The filters of a block, with nothing else among them.
    private Expression.Filter ParseBlockFilters(Expression.Filter? first)
    {
        var filter = first;
        while (Current.IsOperator("|"))
        {
            _at++;
            filter = ParseFilter(filter);
            Enter(1);
        }

        return filter ?? throw Unexpected("a filter");
    }

    private Expression.Filter ParseFilter(Expression? target)
    {
        var position = Current.Position;
        var name = ExpectName("a filter");
        return new Expression.Filter(position, target, name, Current.IsOperator("(") ? ParseArguments() : Arguments.None);
    }

    private Expression.Test ParseTest(Expression target)
    {
        _at++;
        var isNegated = Current.IsName("not");
        _at += isNegated ? 1 : 0;
        var position = Current.Position;
        var name = ExpectName("a test");
        var arguments = Arguments.None;
        if (Current.IsOperator("("))
        {
            arguments = ParseArguments();
        }
        else if (TakesBareArgument())
        {
            var depth = _depth;
            arguments = new Arguments([ParsePostfix(ParsePrimary())], []);
            _depth = depth;
        }

        return new Expression.Test(position, target, name, arguments, isNegated);
    }

    private bool TakesBareArgument() => Current.Type switch
    {
        TokenType.Name => Current.Text is not ("else" or "or" or "and" or "if" or "is" or "not" or "in"),
        TokenType.String or TokenType.Integer or TokenType.Float => true,
        _ => Current.IsOperator("[") || Current.IsOperator("{"),
    };
}
