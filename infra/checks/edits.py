"""What somebody might do to the template: per stack and promise, edits as (behind which name, old, new). test_promises.py makes
each and asks whether the promise breaks."""

USUAL, WHOLE, CHINA = ("eu-central-1", "cas"), ("eu-central-1", "oidc"), ("cn-north-1", "oidc")
EXPORTS = '"GET /api/batches/{batch}/exports/{file}": {ThrottlingBurstLimit: 10, ThrottlingRateLimit: 5}'

DATA = {
    "the table outlives the stack": [
        ("Table", "DeletionPolicy: Retain", "DeletionPolicy: Delete"),
        ("Table", "    DeletionPolicy: Retain\n", ""),
        ("Table", "UpdateReplacePolicy: Retain", "UpdateReplacePolicy: Snapshot"),
        ("Table", "    UpdateReplacePolicy: Retain\n", ""),
        ("Table", "    DeletionPolicy: Retain", "    Condition: OwnTable\n    DeletionPolicy: Retain"),
    ],
    "the table is protected from deletion": [
        ("Table", "DeletionProtectionEnabled: true", "DeletionProtectionEnabled: false"),
        ("Table", "      DeletionProtectionEnabled: true\n", ""),
    ],
    "the table can be had as it was at any second": [
        ("Table", "PointInTimeRecoveryEnabled: true", "PointInTimeRecoveryEnabled: false"),
        ("Table", "PointInTimeRecoveryEnabled: true", "PointInTimeRecoveryEnabled: true\n        RecoveryPeriodInDays: 1"),
        ("Table", "      PointInTimeRecoverySpecification:\n        PointInTimeRecoveryEnabled: true\n", ""),
    ],
    "checkpoints can be taken back by nobody": [
        ("Checkpoints", "DeletionPolicy: Retain", "DeletionPolicy: Delete"),
        ("Checkpoints", "    UpdateReplacePolicy: Retain\n", ""),
        ("Checkpoints", "Mode: COMPLIANCE", "Mode: GOVERNANCE"),
        ("Checkpoints", "Days: !Ref CheckpointDays}", "Days: 1}"),
        ("Checkpoints", "      ObjectLockEnabled: true\n", ""),
        ("Checkpoints", "{Status: Enabled}", "{Status: Suspended}"),
        ("Checkpoints", "ExpirationInDays: !Ref CheckpointDays", "ExpirationInDays: 30"),
        ("Checkpoints", "    DeletionPolicy: Retain", "    Condition: Reserves\n    DeletionPolicy: Retain"),
    ],
    "checkpoints are nobody elses to see": [
        ("Checkpoints", "BlockPublicPolicy: true", "BlockPublicPolicy: false"),
        ("Checkpoints", "ObjectOwnership: BucketOwnerEnforced", "ObjectOwnership: ObjectWriter"),
        ("Checkpoints", "SSEAlgorithm: AES256", "SSEAlgorithm: aws:kms"),
        ("CheckpointsPolicy", "Effect: Deny", "Effect: Allow"),
        ("CheckpointsPolicy", '"aws:SecureTransport": "false"', '"aws:SecureTransport": "true"'),
    ],
    "the table is encrypted": [("Table", "SSEEnabled: true", "SSEEnabled: false")],
    "the table forgets by the attribute that the store writes": [
        ("Table", "AttributeName: expires", "AttributeName: ttl"),
        ("Table", "        Enabled: true", "        Enabled: false"),
        ("Table", "      TimeToLiveSpecification:\n        AttributeName: expires\n        Enabled: true\n", ""),
    ],
    "the table has the keys that the store asks for": [
        ("Table", "IndexName: by_college", "IndexName: by-college"),
        ("Table", "        - AttributeName: sk\n          KeyType: RANGE", "        - AttributeName: student_id\n          KeyType: RANGE"),
        ("Table", "NonKeyAttributes: [outline]", "NonKeyAttributes: [summary]"),
        ("Table", "AttributeType: S", "AttributeType: N"),
    ],
    "the table grows with its load": [
        ("Table", "BillingMode: PAY_PER_REQUEST",
         "BillingMode: PROVISIONED\n      ProvisionedThroughput: {ReadCapacityUnits: 5, WriteCapacityUnits: 5}"),
    ],
    "a restored table takes the place of the stacks own everywhere": [
        ("", "&table !If [OwnTable, !Ref Table, !Ref TableName]", "&table lixiao"),
        ("VerifySlipFunction", "      Policies:", "      Environment: {Variables: {LIXIAO_TABLE: lixiao-2}}\n      Policies:"),
    ],
    "logs are kept as long as said and no longer": [
        ("FunctionLog", "      RetentionInDays: !Ref LogDays\n", ""),
        ("AccessLog", "RetentionInDays: !Ref LogDays", "RetentionInDays: 3653"),
        ("", "      LogGroup: !Ref FunctionLog", "      LogGroup: !Ref AccessLog"),
        ("", "      LogFormat: JSON", "      LogFormat: Text"),
    ],
    "layers hold what they are called after and old ones stay": [
        ("BatchLayer", "RetentionPolicy: Retain", "RetentionPolicy: Delete"),
        ("FontLayer", "RetentionPolicy: Retain", "RetentionPolicy: Delete"),
        ("BatchLayer", "../target/layers/batches", "../target/layers/fonts"),
        ("BatchLayer", "-batches", "-files"),
        ("FontLayer", "CompatibleRuntimes: [provided.al2023]", "CompatibleRuntimes: [python3.13]"),
    ],
    "an untold stack does what the handbook says": [
        ("LogDays", "Default: 180", "Default: 30"),
        ("Architecture", "Default: x86_64", "Default: arm64"),
        ("Reserve", 'Default: "yes"', 'Default: "no"'),
        ("Address", "    Type: String", "    Type: String\n    Default: https://example.edu"),
    ],
    "a parameter refuses what nobody can mean": [
        ("Address", '"^https://[^ ]+$"', '"^https?://[^ ]+$"'),
        ("PortalOrigin", '    AllowedPattern: "^(https://[^ /]+)?$"\n', ""),
        ("LogDays", "[30, 60, 90, 180, 365]", "[30, 60, 90, 180, 365, 3653]"),
        ("Rate", "    MinValue: 50\n", ""),
        ("SignIn", "[cas, oidc]", "[cas]"),
        ("ClientSecret", '    AllowedPattern: "^[0-9A-Za-z/_+=.@-]+$"\n', ""),
    ],
    "costs can be told apart": [
        ("AccessLog", "      Tags: *tags\n", ""),
        ("Table", '&tags [{Key: "lixiao:stack"', '&tags [{Key: "stack"'),
        ("", '    Tags: {"lixiao:stack": !Ref AWS::StackName}\n    Tracing', "    Tracing"),
    ],
    "whoever runs it finds what the handbook asks for": [
        ("", "    Value: !Ref AccessLog", "    Value: !Ref FunctionLog"),
        ("", "  AlarmTopic:\n", "  Topic:\n"),
    ],
}
FRONT = {
    "every route leads to the function that answers it": [
        ("SubmitFormFunction", "../target/lambda/submit-form/", "../target/lambda/status/"),
        ("WorklistFunction", "/party-forms", "/forms"),
        ("StatusFunction", "Method: GET, Path: /api/me", "Method: POST, Path: /api/me"),
        ("WebFunction", "        Else:\n          Type: HttpApi\n          Properties: {ApiId: !Ref Api}\n", ""),
    ],
    "functions get requests as they read them": [
        ("StatusFunction", "Path: /api/me}", "Path: /api/me, PayloadFormatVersion: '1.0'}"),
        ("StatusFunction", "Path: /api/me}", "Path: /api/me, TimeoutInMillis: 1000}"),
    ],
    "only api gateway and the schedule call functions": [
        ("Alarms", "    Type: AWS::SNS::Topic",
         "    Type: AWS::SNS::Topic\n  Everybody:\n    Type: AWS::Lambda::Permission\n    Properties: "
         "{Action: lambda:InvokeFunction, FunctionName: !Ref StatusFunction, Principal: '*'}\n  Topic:\n    Type: AWS::SNS::Topic"),
    ],
    "more than rate and burst are turned away": [
        ("Api", "ThrottlingRateLimit: !Ref Rate", "ThrottlingRateLimit: 100000"),
        ("Api", "        ThrottlingBurstLimit: !Ref Burst\n", ""),
        ("Api", "      DefaultRouteSettings:\n        ThrottlingBurstLimit: !Ref Burst\n        ThrottlingRateLimit: !Ref Rate\n", ""),
        ("Api", "ThrottlingBurstLimit: !Ref Burst", "ThrottlingBurstLimit: !Ref Rate"),
        ("Rate", "Default: 1000", "Default: 100"),
    ],
    "heavy routes and those of strangers have a throttle of their own": [
        ("Api", f"        {EXPORTS}\n", ""),
        ("Api", '"POST /login/callback": {ThrottlingBurstLimit: 40, ThrottlingRateLimit: 20}',
         '"GET /login": {ThrottlingBurstLimit: 40, ThrottlingRateLimit: 20}'),
        ("Api", "ThrottlingRateLimit: 10}", "ThrottlingRateLimit: 10000}"),
    ],
    "no metrics are paid for that nobody looks at": [
        ("Api", "      DefaultRouteSettings:\n", "      DefaultRouteSettings:\n        DetailedMetricsEnabled: true\n"),
        ("Api", EXPORTS, EXPORTS.removesuffix("}") + ", DetailedMetricsEnabled: true}"),
    ],
    "a deploy is there when it is done": [("Api", "StageName: $default", "StageName: live")],
    "the log of requests says nothing of anybody": [
        ("Api", "$context.routeKey", "$context.path"),
        ("Api", '"status":', '"ip":"$context.identity.sourceIp","status":'),
        ("Api", '"status":', '"agent":"$context.identity.userAgent","status":'),
        ("Api", "!GetAtt AccessLog.Arn", "!GetAtt FunctionLog.Arn"),
        ("Api", '"status":"$context.status",', ""),
    ],
    "checkpoints are due every hour": [
        ("CheckpointFunction", "cron(7 * * * ? *)", "cron(7 16 * * ? *)"),
        ("CheckpointFunction", "State: ENABLED", "State: DISABLED"),
    ],
    "one function reaches the bucket and never to delete": [
        ("CheckpointFunction", "s3:PutObject]", "s3:PutObject, s3:DeleteObject]"),
        ("CheckpointFunction", 'Resource: !Sub "${Checkpoints.Arn}/*"', 'Resource: "*"'),
        ("StatusFunction", "          Statement:\n",
         "          Statement:\n            - {Effect: Allow, Action: ['s3:GetObject'], Resource: !Sub '${Checkpoints.Arn}/*'}\n"),
    ],
    "reminders are due three times an hour": [
        ("RemindFunction", "cron(0,20,40 * * * ? *)", "cron(0,20,40 0 * * ? *)"),
        ("RemindFunction", "cron(0,20,40 * * * ? *)", "cron(0 * * * ? *)"),
        ("RemindFunction", "cron(0,20,40 * * * ? *)", "cron(0,20,40 * ? * MON *)"),
        ("RemindFunction", "cron(0,20,40 * * * ? *)", "rate(20 minutes)"),
        ("RemindFunction", "[Reminds, ENABLED, DISABLED]", "[Reminds, DISABLED, ENABLED]"),
    ],
    "a failed reminder is tried again soon or not at all": [
        ("CheckpointFunction", "MaximumRetryAttempts: 0", "MaximumRetryAttempts: 2"),
        ("RemindFunction", "MaximumRetryAttempts: 1", "MaximumRetryAttempts: 2"),
        ("RemindFunction", "MaximumEventAgeInSeconds: 600", "MaximumEventAgeInSeconds: 21600"),
        ("RemindFunction", "      EventInvokeConfig:\n        MaximumRetryAttempts: 1\n        MaximumEventAgeInSeconds: 600\n", ""),
    ],
}
FUNCTIONS = {
    "nobody waits longer than api gateway": [
        ("ProgressFunction", "Timeout: 29", "Timeout: 60"),
        ("", "    Timeout: 15", "    Timeout: 31"),
        ("RemindFunction", "Timeout: 840", "Timeout: 901"),
    ],
    "functions have the memory and time that were measured": [
        ("PrintSlipFunction", "MemorySize: 1769", "MemorySize: 128"),
        ("", "    MemorySize: 128", "    MemorySize: 10240"),
        ("", "    Timeout: 15", "    Timeout: 3"),
    ],
    "functions are what was built": [
        ("", "    Runtime: provided.al2023", "    Runtime: provided.al2"),
        ("", "    Architectures: [!Ref Architecture]\n", ""),
    ],
    "every function has the batch files": [
        ("", "    Layers: [!Ref BatchLayer]\n", ""),
        ("PrintSlipFunction", "      Layers: [!Ref FontLayer]\n", ""),
        ("", "    Layers: [!Ref BatchLayer]", "    Layers: [!Ref FontLayer]"),
    ],
    "every function is traced if traces are on": [
        ("", "    Tracing: !If [Traced, Active, PassThrough]\n", ""),
        ("VerifySlipFunction", "      Policies:", "      Tracing: PassThrough\n      Policies:"),
        ("", 'Traced: !Equals [!Ref Traces, "yes"]', 'Traced: !Equals [!Ref Traces, "no"]'),
    ],
    "functions are told what the stack is told": [
        ("", "LIXIAO_SLIP_KEYS: !Ref SlipKeys", "LIXIAO_SLIP_KEYS: !Ref SessionKeys"),
        ("", "        LIXIAO_PROXY_HEADER: !Ref ProxyHeader\n", ""),
        ("SignInFunction", "LIXIAO_SIGN_IN: !Ref SignIn", "LIXIAO_SIGN_IN: oidc"),
        ("", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/certs/ca-certificates.crt"),
    ],
    "nobody uses up everybodys copies": [
        ("SignInFunction", "[Reserves, !Ref SignInCopies, !Ref AWS::NoValue]", "[Reserves, 0, !Ref AWS::NoValue]"),
        ("ProgressFunction", "      ReservedConcurrentExecutions: !If [Reserves, 20, !Ref AWS::NoValue]\n", ""),
        ("StatusFunction", "      Policies:", "      ReservedConcurrentExecutions: 1\n      Policies:"),
        ("", 'Reserves: !Equals [!Ref Reserve, "yes"]', 'Reserves: !Equals [!Ref Reserve, "no"]'),
    ],
    "each role is its functions alone": [
        ("StatusFunction", "      Policies:\n", "      Policies:\n        - AmazonDynamoDBFullAccess\n"),
        ("StatusFunction", "      Policies:\n", "      Role: !GetAtt SignInFunctionRole.Arn\n      Policies:\n"),
        ("StatusFunction", "      Policies:\n", "      AssumeRolePolicyDocument: {Version: '2012-10-17', Statement: [{Effect: Allow, "
         "Action: ['sts:AssumeRole'], Principal: {AWS: '*'}}]}\n      Policies:\n"),
    ],
    "a function may do what it does and no more": [
        ("StatusFunction", "[dynamodb:Query]", "[dynamodb:Query, dynamodb:Scan]"),
        ("CheckpointFunction", "[dynamodb:Scan]", "[dynamodb:Scan, dynamodb:PutItem]"),
        ("StatusFunction", "[dynamodb:Query]", "[dynamodb:Query, dynamodb:PutItem]"),
        ("StatusFunction", "Action: [dynamodb:Query]", 'Action: ["dynamodb:*"]'),
        ("StatusFunction", "LeadingKeys: [start]", 'LeadingKeys: ["*"]'),
        ("VerifySlipFunction", "Resource: *arn", 'Resource: "*"'),
        ("VerifySlipFunction", "Effect: Allow", "Effect: Deny"),
        ("VerifySlipFunction", '        - Version: "2012-10-17"\n          Statement', "        - Statement"),
        ("SignInFunction", "Resource: *arn", "Resource: [*arn, *index]"),
        ("ProgressFunction", "[*arn, *index]", "*arn"),
        ("", 'Begin: ["0*", ', 'Begin: ["*", "0*", '),
        ("WebFunction", "      Events:", "      Policies: [{Version: '2012-10-17', Statement: "
         "[{Effect: Allow, Action: ['dynamodb:GetItem'], Resource: *arn}]}]\n      Events:"),
        ("SignInFunction", '["signed-out#*", "entry#*"]', '["signed-out#*", "entry#*", "operators#*"]'),
    ],
    "a function reads its own secret and no other": [
        ("RemindFunction", "secret:${MailSecret}-??????", "secret:*"),
        ("PrintSlipFunction", "secret:${SlipSecret}-??????", "secret:${SessionSecret}-??????"),
        ("StatusFunction", "          Statement:\n",
         "          Statement:\n            - {Effect: Allow, Action: 'secretsmanager:GetSecretValue', "
         "Resource: !Sub 'arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:${SessionSecret}-??????'}\n"),
    ],
    "nothing is made or said that nobody decided on": [
        ("Table", "BillingMode: PAY_PER_REQUEST", "BillingMode: PAY_PER_REQUEST\n      StreamSpecification: {StreamViewType: NEW_IMAGE}"),
        ("StatusFunction", "      Policies:", "      EphemeralStorage: {Size: 10240}\n      Policies:"),
        ("StatusFunction", "      Policies:", "      PermissionsBoundary: arn:aws:iam::123456789012:policy/x\n      Policies:"),
        ("Alarms", "      DisplayName: Lixiao", "      DisplayName: Lixiao\n      KmsMasterKeyId: alias/aws/sns"),
        ("FunctionLog", "      Tags: *tags", "      Tags: *tags\n      LogGroupClass: INFREQUENT_ACCESS"),
        ("StatusFunction", "      Policies:", "      FunctionUrlConfig: {AuthType: NONE}\n      Policies:"),
        ("Alarms", "    Type: AWS::SNS::Topic", "    Type: AWS::SNS::Topic\n  Copies:\n    Type: AWS::S3::Bucket"),
    ],
}
ALARMS = {
    "every alarm tells somebody": [
        ("FaultAlarm", "      AlarmActions: [!Ref Alarms]\n", ""),
        ("StartAlarm", "AlarmActions: [!Ref Alarms]", "AlarmActions: []"),
        ("TableAlarm", "AlarmActions: [!Ref Alarms]", "ActionsEnabled: false\n      AlarmActions: [!Ref Alarms]"),
        ("RateAlarm", "      OKActions: [!Ref Alarms]\n", ""),
        ("AlarmsByMail", "    Condition: Mails\n", ""),
    ],
    "alarms ring when they should": [
        ("FaultAlarm", "Threshold: 0", "Threshold: 1000000"),
        ("StudentErrorsAlarm", "ComparisonOperator: GreaterThanThreshold", "ComparisonOperator: LessThanThreshold"),
        ("LatencyAlarm", "EvaluationPeriods: 5", "EvaluationPeriods: 60"),
        ("RateAlarm", "Threshold: 80", "Threshold: 800"),
    ],
    "whoever hears an alarm finds it in the handbook": [
        ("LatencyAlarm", "      AlarmDescription: One answer in a hundred took more than three seconds, for five minutes.\n", ""),
    ],
    "silence is no alarm": [
        ("StartAlarm", "TreatMissingData: notBreaching", "TreatMissingData: breaching"),
        ("TableAlarm", "      TreatMissingData: notBreaching\n", ""),
    ],
    "alarms look at what is counted": [
        ("FaultAlarm", "MetricName: 5xx", "MetricName: 5XXError"),
        ("FaultAlarm", "{Name: ApiId, Value: !Ref Api}", "{Name: ApiName, Value: !Ref Api}"),
        ("StudentErrorsAlarm", "Value: !Ref StatusFunction", "Value: status"),
        ("StudentThrottlesAlarm", "Stat: Sum", "Stat: Average"),
        ("TableAlarm", "Value: by_college", "Value: by-college"),
        ("RateAlarm", "60 * ${Rate}", "${Rate}"),
        ("LatencyAlarm", "ExtendedStatistic: p99", "ExtendedStatistic: p50"),
        ("StartAlarm", 'Namespace: !Sub "Lixiao/${AWS::StackName}"', "Namespace: Lixiao"),
        ("UnreadableAlarm", "MetricName: UnreadableItems", "MetricName: StartsThatFailed"),
        ("LatencyAlarm", "Period: 60", "Period: 86400"),
    ],
    "every function is watched": [
        ("StaffErrorsAlarm", "Value: !Ref RemindFunction", "Value: !Ref StatusFunction"),
        ("StudentThrottlesAlarm", "MetricName: Throttles", "MetricName: Errors"),
    ],
    "what the log says of faults is counted": [
        ("StartsThatFailed", "can''t start", "cannot start"),
        ("StartsThatFailed", "LogGroupName: !Ref FunctionLog", "LogGroupName: !Ref AccessLog"),
        ("StartsThatFailed", 'MetricValue: "1"', 'MetricValue: "0"'),
        ("UnreadableItems", "an item can''t be read", "an item cannot be read"),
    ],
    "the dashboard shows what the handbook looks at": [
        ("Dashboard", '"Errors", "FunctionName", "${WebFunction}"', '"Errors", "FunctionName", "web"'),
        ("Dashboard", '"4xx"', '"4XXError"'),
        ("Dashboard", '["AWS/ApiGateway", "IntegrationLatency", "ApiId", "${Api}", {"stat": "p99"}]',
         '["AWS/ApiGateway", "IntegrationLatency", "ApiId", "${Api}", {"stat": "p50"}]'),
        ("Dashboard", '"region": "${AWS::Region}"', '"region": "us-east-1"'),
    ],
}
OF_WHOLE = {
    "a copy of the table goes elsewhere each night if a vault is named": [
        ("", '  CopiesBackups: !Not [!Equals [!Ref BackupCopy, ""]]', '  CopiesBackups: !Equals [!Ref BackupCopy, ""]'),
        ("BackupPlan", "cron(30 19 * * ? *)", "cron(30 19 ? * SUN *)"),
        ("BackupPlan", "!Ref BackupCopy", "!Ref TableKey"),
        ("BackupPlan", "Lifecycle: {DeleteAfterDays: 35}", "Lifecycle: {DeleteAfterDays: 1}"),
        ("BackupSelection", "table/${Name}", "table/*"),
        ("BackupVault", "DeletionPolicy: Retain", "DeletionPolicy: Delete"),
    ],
    "other pages may ask only if they are the portals": [
        ("Api", "AllowMethods: [GET, POST]", 'AllowMethods: ["*"]'),
        ("Api", "AllowMethods: [GET, POST]", "AllowMethods: [GET, POST, PUT, DELETE]"),
        ("Api", "AllowOrigins: [!Ref PortalOrigin]", 'AllowOrigins: ["*"]'),
        ("Api", "AllowHeaders: [authorization, accept-language]", 'AllowHeaders: ["*"]'),
        ("Api", "          MaxAge: 600", "          MaxAge: 600\n          AllowCredentials: true"),
    ],
    "the direct address is off when somebody says so": [
        ("Api", "      DisableExecuteApiEndpoint: !If [DirectToo, false, true]\n", ""),
        ("Api", "[DirectToo, false, true]", "[DirectToo, true, false]"),
    ],
    "the own name asks for tls 1 2 and leads to this stage": [
        ("OwnDomain", "SecurityPolicy: TLS_1_2", "SecurityPolicy: TLS_1_0"),
        ("OwnDomain", "EndpointType: REGIONAL", "EndpointType: EDGE"),
        ("", 'OwnName: !And [!Not [!Equals [!Ref Domain, ""]], ', 'OwnName: !And [!Not [!Equals ["x", ""]], '),
        ("OwnDomainMapping", "ApiId: !Ref Api", "ApiMappingKey: v1\n      ApiId: !Ref Api"),
    ],
    "secrets stay in secrets manager": [
        ("", '!Sub "{{resolve:secretsmanager:${ProxySecret}}}"', "!Ref ProxySecret"),
        ("SignInFunction", '!Sub "{{resolve:secretsmanager:${ClientSecret}}}"', "secret"),
        ("SignInFunction", "resolve:secretsmanager:${ClientSecret}", "resolve:ssm:${ClientSecret}"),
    ],
    "a restored table takes the place of the stacks own everywhere": [
        ("VerifySlipFunction", "Resource: *arn", "Resource: !GetAtt Table.Arn"),
        ("TableAlarm", "Value: *table", "Value: !Ref Table"),
        ("Dashboard", "        - {Name: *table}", "        - {Name: !Ref Table}"),
        ("", "    Value: *table", "    Value: !Ref Table"),
        ("Alarms", "      DisplayName: Lixiao", '      DisplayName: !Sub "Lixiao ${Table}"'),
    ],
    "every alarm tells somebody": [
        ("AlarmsByMail", "Endpoint: !Ref AlarmMail", "Endpoint: nobody@example.edu"),
        ("AlarmsByMail", "Protocol: email", "Protocol: email-json"),
        ("", 'Mails: !Not [!Equals [!Ref AlarmMail, ""]]', 'Mails: !Equals [!Ref AlarmMail, ""]'),
    ],
    "a budget that is asked for tells somebody": [
        ("Budget", "Address: !Ref AlarmMail", "Address: nobody@example.edu"),
        ("Budget", "Threshold: 80", "Threshold: 8000"),
        ("Budget", "Amount: !Ref MonthlyBudget", "Amount: 1000000"),
        ("", "[!Condition Mails, ", "[!Not [!Condition Mails], "),
        ("", "Budgeted: !And [!Condition Mails, ", "Budgeted: !And ["),
        ("", "!Not [!Equals [!Ref MonthlyBudget, 0]], ", ""),
    ],
}
OF_CHINA = {
    "a budget that is asked for tells somebody": [("", ", !Equals [!Ref AWS::Partition, aws]]", "]")],
    "a function may do what it does and no more": [("StatusFunction", "arn:${AWS::Partition}:dynamodb", "arn:aws:dynamodb")],
    "whoever runs it finds what the handbook asks for": [("", "${AWS::URLSuffix}", "amazonaws.com")],
}
EDITS = {USUAL: DATA | FRONT | FUNCTIONS | ALARMS, WHOLE: OF_WHOLE, CHINA: OF_CHINA}
